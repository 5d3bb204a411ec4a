#include "bucket/s3/request/post_policy.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/text.h"

namespace tintype::bucket {

namespace {

namespace json = boost::json;
using Match = PostPolicy::Condition::Match;

/// Fields that no condition must speak of: the signature cannot sign itself.
constexpr std::array<std::string_view, 5> kUncovered = {"x-amz-signature", "policy", "file",
                                                        "awsaccesskeyid", "signature"};
constexpr std::string_view kIgnoredPrefix = "x-ignore-";
constexpr std::string_view kChecksumPrefix = "x-amz-checksum-";  // Says nothing but what is sent.

std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorCode::invalid_argument, "Invalid Policy: " + std::string(why));
}

std::optional<std::uint64_t> size_of(const json::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_int64() && value.get_int64() >= 0)
    return static_cast<std::uint64_t>(value.get_int64());
  return std::nullopt;
}

/// ["content-length-range", 1, 10]; of several, all bind.
Status read_range(const json::array& items, PostPolicy& policy) {
  const auto size_min = size_of(items[1]);
  const auto size_max = size_of(items[2]);
  if (!size_min || !size_max || *size_min > *size_max)
    return malformed("content-length-range needs two numbers, the smaller one first.");
  policy.size_min = std::max(policy.size_min, *size_min);
  policy.size_max = std::min(policy.size_max, *size_max);
  return {};
}

/// ["eq", "$key", "a/b"], ["starts-with", "$key", "a/"].
Status read_array(const json::array& items, PostPolicy& policy) {
  if (items.size() != 3 || !items[0].is_string())
    return malformed("a condition in brackets has an operator and two values.");
  const std::string name = to_lower(std::string_view(items[0].get_string()));
  if (name == "content-length-range") return read_range(items, policy);
  if (name != "eq" && name != "starts-with") return malformed("a condition's operator is unknown.");
  if (!items[1].is_string() || !items[2].is_string())
    return malformed("a condition's values must be texts.");
  const std::string_view field = items[1].get_string();
  if (!field.starts_with('$') || field.size() == 1)
    return malformed("a condition must name its field as \"$field\".");
  policy.conditions.push_back({.match = name == "eq" ? Match::eq : Match::starts_with,
                               .field = to_lower(field.substr(1)),
                               .value = std::string(items[2].get_string())});
  return {};
}

/// {"acl": "private"}.
Status read_object(const json::object& object, PostPolicy& policy) {
  if (object.size() != 1)
    return malformed("Simple-Conditions must have exactly one property specified.");
  const auto& [name, value] = *object.begin();
  if (!value.is_string() || name.empty()) return malformed("a condition's value must be a text.");
  policy.conditions.push_back({.match = Match::eq,
                               .field = to_lower(std::string_view(name)),
                               .value = std::string(value.get_string())});
  return {};
}

bool holds(const PostPolicy::Condition& condition, const std::string& value) {
  return condition.match == Match::eq ? value == condition.value
                                      : value.starts_with(condition.value);
}

std::string to_text(const PostPolicy::Condition& condition) {
  const std::string match = condition.match == Match::eq ? "eq" : "starts-with";
  return "[\"" + match + "\", \"$" + condition.field + "\", \"" + condition.value + "\"]";
}

std::unexpected<S3Fault> denied(std::string why) {
  return refuse(S3Error::access_denied, "Invalid according to Policy: " + std::move(why));
}

}  // namespace

bool FormFields::add(std::string_view name, std::string value) {
  std::string lower = to_lower(name);
  if (find(lower) != nullptr) return false;
  fields_.emplace_back(std::move(lower), std::move(value));
  return true;
}

void FormFields::replace(std::string_view name, const std::string& value) {
  for (auto& [field, present] : fields_)
    if (field == name) present = value;
}

const std::string* FormFields::find(std::string_view name) const {
  const auto at = std::ranges::find(
      fields_, name, [](const auto& field) -> const std::string& { return field.first; });
  return at == fields_.end() ? nullptr : &at->second;
}

std::string_view FormFields::text(std::string_view name) const {
  const std::string* value = find(name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

Result<PostPolicy> parse_post_policy(std::string_view text) {
  const auto object = parse_json_object(text);
  if (!object) return malformed("it is not one JSON object in which each name is there once.");
  for (const auto& [name, value] : *object)
    if (name != "expiration" && name != "conditions")
      return malformed("it has another member than expiration and conditions.");
  const json::value* const expiration = object->if_contains("expiration");
  const json::value* const conditions = object->if_contains("conditions");
  if (expiration == nullptr || !expiration->is_string()) return malformed("it has no expiration.");
  if (conditions == nullptr || !conditions->is_array()) return malformed("it has no conditions.");
  const auto expires_at = parse_rfc3339(std::string_view(expiration->get_string()));
  if (!expires_at)
    return malformed("its expiration is not a time such as \"2026-11-23T20:36:04.000Z\".");

  PostPolicy policy;
  policy.expires_at = *expires_at;
  if (conditions->get_array().size() > kPolicyConditionsMax)
    return malformed("it has more than 100 conditions.");
  for (const json::value& condition : conditions->get_array()) {
    if (const auto* items = condition.if_array())
      TRY(read_array(*items, policy));
    else if (const auto* simple = condition.if_object())
      TRY(read_object(*simple, policy));
    else
      return malformed("a condition is an object or an array.");
  }
  return policy;
}

S3Result<void> check_post_policy(const PostPolicy& policy, const FormFields& fields,
                                 std::string_view bucket, Instant now) {
  if (now >= policy.expires_at) return denied("Policy expired.");
  if (const std::string* named = fields.find("bucket"); named != nullptr && *named != bucket)
    return denied("The form names another bucket than its address.");
  const std::string bucket_text(bucket);
  for (const auto& condition : policy.conditions) {
    const std::string* value =
        condition.field == "bucket" ? &bucket_text : fields.find(condition.field);
    if (value == nullptr || !holds(condition, *value))
      return denied("Policy Condition failed: " + to_text(condition));
  }
  for (const auto& [name, value] : fields) {
    if (std::ranges::find(kUncovered, name) != kUncovered.end() ||
        name.starts_with(kIgnoredPrefix) || name.starts_with(kChecksumPrefix))
      continue;
    if (std::ranges::find(policy.conditions, name, &PostPolicy::Condition::field) ==
        policy.conditions.end())
      return denied("Extra input fields: " + name);
  }
  return {};
}

}  // namespace tintype::bucket
