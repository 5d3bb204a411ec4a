#include "upload/policy.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "bucket/multiparts.h"
#include "bucket/naming.h"
#include "sigv4/sign.h"
#include "upload/content_types.h"

namespace tintype::upload {

namespace {

constexpr std::int64_t kSizeCeiling = 5LL << 30;  // S3's limit of one PUT.
constexpr config::Table::Range kPartSize = {.min = bucket::kPartBytesMin, .max = 1LL << 30};
// Whatever is allowed fits into as many parts as there may be.
static_assert(kSizeCeiling / kPartSize.min < bucket::kPartNumberMax);

Result<std::vector<std::string>> read_types(const config::Table& table) {
  TRY_LET(const auto types,
          table.texts("types", std::vector<std::string>{"image/jpeg", "image/png", "image/webp",
                                                        "image/heic", "image/avif", "image/gif"}));
  if (types.empty()) return table.error("types", "nothing could be uploaded; name a media type");
  std::vector<std::string> known;
  for (const std::string& type : types) {
    if (!extension_of(type))
      return table.error("types", "'" + type +
                                      "' is not a picture that can be uploaded; write for example "
                                      "\"image/jpeg\"");
    known.push_back(to_lower(type));
  }
  return known;
}

Result<std::vector<Method>> read_methods(const config::Table& table) {
  TRY_LET(const auto words,
          table.texts("methods", std::vector<std::string>{"put", "post", "multipart"}));
  if (words.empty()) return table.error("methods", "nothing could be uploaded; write [\"put\"]");
  std::vector<Method> methods;
  for (const std::string& word : words) {
    const auto method = parse_method(word);
    if (!method || std::ranges::find(methods, *method) != methods.end())
      return table.error("methods", "'" + word + "': write each of put, post and multipart once");
    methods.push_back(*method);
  }
  return methods;
}

/// A signature has whole seconds and a longest life.
Result<std::chrono::milliseconds> read_ttl(const config::Table& table, std::string_view key,
                                           std::chrono::milliseconds missing) {
  TRY_LET(const auto ttl, table.duration(key, missing));
  if (ttl < std::chrono::seconds(1) || ttl > sigv4::kExpiresMax ||
      ttl % std::chrono::seconds(1) != std::chrono::milliseconds(0))
    return table.error(key, "out of range; write whole seconds, \"1s\" to \"7d\"");
  return ttl;
}

Result<OwnerLimits> read_limits(const config::Table& table) {
  OwnerLimits limits;
  constexpr config::Table::Range kCount = {.min = 1, .max = 1'000'000'000};
  TRY_LET(limits.waiting_max, table.integer("slots_waiting_max", kCount, limits.waiting_max));
  TRY_LET(limits.per_hour, table.integer("slots_per_hour", kCount, limits.per_hour));
  TRY_LET(limits.bytes_per_day,
          table.size_bytes("bytes_per_day", {.min = 1, .max = INT64_MAX}, limits.bytes_per_day));
  return limits;
}

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::put: return "put";
    case Method::post: return "post";
    case Method::multipart: return "multipart";
  }
  __builtin_unreachable();
}

std::optional<Method> parse_method(std::string_view text) {
  for (const Method method : {Method::put, Method::post, Method::multipart})
    if (equals_ignoring_case(text, to_string(method))) return method;
  return std::nullopt;
}

Result<Policy> read_policy(const std::string& collection, const config::Table& table) {
  if (!bucket::is_plain_name(collection))
    return fail(ErrorCode::invalid_argument,
                "[" + table.name() +
                    "]: a collection's name is 1 to 64 of a-z 0-9 _ -, beginning with a letter or "
                    "digit; rename it");
  Policy policy;
  policy.collection = collection;
  TRY_LET(policy.route, table.text("route", "/" + collection + "/key_upload"));
  if (!policy.route.starts_with('/') || policy.route.find('{') != std::string::npos)
    return table.error("route", "not a path; write for example \"/avatars/key_upload\"");
  // The one choice so far: whoever the token names. Never anything that a client may choose.
  TRY(table.choice("owner", {"sub"}, "sub"));
  TRY_LET(policy.types, read_types(table));
  TRY_LET(policy.size_max,
          table.size_bytes("size_max", {.min = 1, .max = kSizeCeiling}, policy.size_max));
  TRY_LET(policy.slot_ttl, read_ttl(table, "slot_ttl", policy.slot_ttl));
  TRY_LET(policy.methods, read_methods(table));
  TRY_LET(policy.part_size, table.size_bytes("part_size", kPartSize, policy.part_size));
  TRY_LET(policy.multipart_ttl, read_ttl(table, "multipart_ttl", policy.multipart_ttl));
  TRY_LET(policy.limits, read_limits(table));
  if (policy.limits.bytes_per_day < policy.size_max)
    return table.error("bytes_per_day",
                       "less than size_max, so that nobody could upload what may "
                       "be uploaded; raise it");
  return policy;
}

}  // namespace tintype::upload
