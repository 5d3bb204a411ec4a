#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "sigv4/sign.h"
#include "upload/content_types.h"
#include "upload/slots.h"

namespace tintype::upload {

namespace {

constexpr std::int64_t kSizeCeiling = 5LL << 30;  // S3's limit of one PUT.

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

}  // namespace

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
  TRY_LET(policy.slot_ttl, table.duration("slot_ttl", policy.slot_ttl));
  if (policy.slot_ttl < std::chrono::seconds(1) || policy.slot_ttl > sigv4::kExpiresMax ||
      policy.slot_ttl % std::chrono::seconds(1) != std::chrono::milliseconds(0))
    return table.error("slot_ttl", "out of range; write whole seconds, \"1s\" to \"7d\"");
  return policy;
}

}  // namespace tintype::upload
