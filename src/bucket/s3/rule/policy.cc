#include "bucket/s3/rule/policy.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "bucket/s3/rule/glob.h"

namespace tintype::bucket {

namespace {

namespace json = boost::json;

constexpr std::string_view kArn = "arn:aws:s3:::";

std::unexpected<S3Fault> malformed(std::string message) {
  return refuse(S3Error::malformed_policy, std::move(message));
}

/// A text, or an array of texts; nothing if it is something else.
std::optional<std::vector<std::string>> texts_of(const json::value& value) {
  if (value.is_string()) return std::vector<std::string>{std::string(value.get_string())};
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json::value& entry : value.get_array()) {
    if (!entry.is_string()) return std::nullopt;
    texts.emplace_back(entry.get_string());
  }
  if (texts.empty()) return std::nullopt;
  return texts;
}

S3Result<std::vector<std::string>> parse_principals(const json::value* value) {
  if (value == nullptr) return malformed("Missing required field Principal");
  if (value->is_object()) {
    const json::object& object = value->get_object();
    const json::value* inner = object.if_contains("AWS");
    if (inner == nullptr) inner = object.if_contains("CanonicalUser");
    if (inner == nullptr || object.size() != 1) return malformed("Invalid principal in policy");
    value = inner;
  } else if (!value->is_string() || value->get_string() != "*") {
    return malformed("Invalid principal in policy");
  }
  auto principals = texts_of(*value);
  if (!principals) return malformed("Invalid principal in policy");
  return *std::move(principals);
}

/// The texts of one of two members: of `name`, or of its opposite, "Not" + name.
struct Chosen {
  std::vector<std::string> texts;
  bool is_opposite = false;
};
S3Result<Chosen> parse_chosen(const json::object& object, std::string_view name) {
  const std::string opposite = "Not" + std::string(name);
  const json::value* const plain = object.if_contains(name);
  const json::value* const reversed = object.if_contains(opposite);
  if ((plain == nullptr) == (reversed == nullptr))
    return malformed("Missing required field " + std::string(name));
  auto texts = texts_of(plain != nullptr ? *plain : *reversed);
  if (!texts) return malformed("Policy has invalid " + to_lower(name));
  return Chosen{.texts = *std::move(texts), .is_opposite = plain == nullptr};
}

/// Whether a resource is about this bucket: "*", or an ARN whose bucket, wildcards and all, is it.
bool names_bucket(std::string_view resource, const BucketName& bucket) {
  if (resource == "*") return true;
  if (!resource.starts_with(kArn)) return false;
  resource.remove_prefix(kArn.size());
  const std::string_view name = resource.substr(0, resource.find('/'));
  return matches_glob(bucket.str(), name, true);
}

bool is_allow(const json::object& statement) {
  const json::value* const effect = statement.if_contains("Effect");
  return effect != nullptr && effect->is_string() && effect->get_string() == "Allow";
}

S3Result<PolicyStatement> parse_statement(const json::value& value, const BucketName& bucket) {
  if (!value.is_object()) return malformed("A statement must be an object");
  const json::object& object = value.get_object();
  constexpr std::string_view kKnown[] = {"Sid",         "Effect",    "Principal",
                                         "Action",      "NotAction", "Resource",
                                         "NotResource", "Condition", "NotPrincipal"};
  for (const auto& member : object)
    if (std::ranges::find(kKnown, std::string_view(member.key())) == std::end(kKnown))
      return malformed("Unknown field " + std::string(member.key()));
  if (object.if_contains("NotPrincipal") != nullptr && is_allow(object))
    return malformed("Allow with NotPrincipal is not allowed.");
  if (object.if_contains("NotPrincipal") != nullptr)
    return refuse(S3Error::not_implemented,
                  "NotPrincipal of a policy's statement is not implemented.");

  PolicyStatement statement;
  const json::value* const effect = object.if_contains("Effect");
  if (effect == nullptr || !effect->is_string() ||
      (effect->get_string() != "Allow" && effect->get_string() != "Deny"))
    return malformed("Invalid effect");
  statement.allows = is_allow(object);
  TRY_LET(statement.principals, parse_principals(object.if_contains("Principal")));
  TRY_LET(Chosen actions, parse_chosen(object, "Action"));
  for (std::string& action : actions.texts) {
    action = to_lower(action);
    if (action != "*" && !action.starts_with("s3:")) return malformed("Policy has invalid action");
  }
  TRY_LET(Chosen resources, parse_chosen(object, "Resource"));
  for (const std::string& resource : resources.texts) {
    if (!names_bucket(resource, bucket)) return malformed("Policy has invalid resource");
  }
  statement.actions = std::move(actions.texts);
  statement.not_actions = actions.is_opposite;
  statement.resources = std::move(resources.texts);
  statement.not_resources = resources.is_opposite;
  if (const json::value* const condition = object.if_contains("Condition")) {
    TRY_LET(statement.conditions, parse_conditions(*condition));
  }
  return statement;
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return matches_glob(text, pattern, true); });
}

/// As S3 counts: a range that is wider than a /8, or a /32 of IPv6.
bool is_most_of_the_world(const std::string& range) {
  const std::size_t slash = range.find('/');
  if (slash == std::string::npos) return false;
  const auto bits = parse_integer<unsigned>(std::string_view(range).substr(slash + 1));
  const unsigned bits_min = range.find(':') == std::string::npos ? 8 : 32;
  return !bits || *bits < bits_min;
}

bool is_everyone(const PolicyStatement& statement) {
  return std::ranges::find(statement.principals, "*") != statement.principals.end();
}

/// Whether the text of a policy names whoever asks.
bool names(std::string_view text, const Principal& principal) {
  if (principal.owner_id.empty()) return false;
  if (text == principal.owner_id || text == principal.access_key_id) return true;
  constexpr std::string_view kIam = "arn:aws:iam::";
  if (!text.starts_with(kIam)) return false;
  text.remove_prefix(kIam.size());
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view account = text.substr(0, colon);
  const std::string_view name = text.substr(colon + 1);
  constexpr std::string_view kUser = "user/";
  return (name == "root" && account == principal.owner_id) ||
         (name.starts_with(kUser) && name.substr(kUser.size()) == principal.owner_id);
}

bool is_about(const PolicyStatement& statement, const Principal& principal, std::string_view action,
              std::string_view resource) {
  const auto is_named = [&](const std::string& text) { return names(text, principal); };
  if (!is_everyone(statement) && std::ranges::none_of(statement.principals, is_named)) return false;
  return matches_any(statement.actions, to_lower(action)) != statement.not_actions &&
         matches_any(statement.resources, resource) != statement.not_resources;
}

}  // namespace

S3Result<Policy> parse_policy(std::string_view document, const BucketName& bucket) {
  const auto root = parse_json_object(document);
  if (!root) return malformed("Policies must be valid JSON and the first byte must be '{'");
  for (const auto& member : *root)
    if (member.key() != "Version" && member.key() != "Id" && member.key() != "Statement")
      return malformed("Unknown field " + std::string(member.key()));
  const json::value* const statements = root->if_contains("Statement");
  if (statements == nullptr) return malformed("Missing required field Statement");
  Policy policy;
  if (!statements->is_array()) {
    TRY_LET(PolicyStatement statement, parse_statement(*statements, bucket));
    policy.push_back(std::move(statement));
    return policy;
  }
  for (const json::value& value : statements->get_array()) {
    TRY_LET(PolicyStatement statement, parse_statement(value, bucket));
    policy.push_back(std::move(statement));
  }
  if (policy.empty()) return malformed("Could not parse the policy: Statement is empty!");
  return policy;
}

PolicyVerdict judge(const Policy& policy, const Principal& principal, std::string_view action,
                    std::string_view resource, const PolicyContext& context) {
  auto verdict = PolicyVerdict::silent;
  for (const PolicyStatement& statement : policy) {
    if (!is_about(statement, principal, action, resource)) continue;
    const auto holds = [&](const PolicyCondition& condition) { return condition.holds(context); };
    if (!std::ranges::all_of(statement.conditions, holds)) continue;
    if (!statement.allows) return PolicyVerdict::denied;
    verdict = PolicyVerdict::allowed;
  }
  return verdict;
}

bool is_public(const Policy& policy) {
  const auto is_of_a_network = [](const PolicyCondition& condition) {
    return condition.kind == PolicyCondition::Kind::address && !condition.is_negated &&
           !condition.if_exists && std::ranges::none_of(condition.values, is_most_of_the_world);
  };
  return std::ranges::any_of(policy, [&](const PolicyStatement& statement) {
    return statement.allows && is_everyone(statement) &&
           std::ranges::none_of(statement.conditions, is_of_a_network);
  });
}

bool lets_strangers_in(const Policy& policy) {
  return std::ranges::any_of(policy, [](const PolicyStatement& statement) {
    return statement.allows && is_everyone(statement);
  });
}

bool asks_for_tags(const Policy& policy) {
  return std::ranges::any_of(policy, [](const PolicyStatement& statement) {
    return std::ranges::any_of(statement.conditions, [](const PolicyCondition& condition) {
      return condition.key.starts_with(kExistingTagKey);
    });
  });
}

}  // namespace tintype::bucket
