#include "bucket/s3/rule/policy_condition.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <compare>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "bucket/s3/rule/glob.h"
#include "http/address.h"

namespace tintype::bucket {

namespace {

namespace json = boost::json;
using Kind = PolicyCondition::Kind;
using Relation = PolicyCondition::Relation;

struct Operator {
  std::string_view name;  // Lower-case.
  Kind kind;
  Relation relation = Relation::equal;
  bool is_negated = false;
};

constexpr std::array<Operator, 22> kOperators = {{
    {.name = "stringequals", .kind = Kind::text},
    {.name = "stringnotequals", .kind = Kind::text, .is_negated = true},
    {.name = "stringequalsignorecase", .kind = Kind::text_ignoring_case},
    {.name = "stringnotequalsignorecase", .kind = Kind::text_ignoring_case, .is_negated = true},
    {.name = "stringlike", .kind = Kind::pattern},
    {.name = "stringnotlike", .kind = Kind::pattern, .is_negated = true},
    {.name = "ipaddress", .kind = Kind::address},
    {.name = "notipaddress", .kind = Kind::address, .is_negated = true},
    {.name = "bool", .kind = Kind::boolean},
    {.name = "null", .kind = Kind::absence},
    {.name = "numericequals", .kind = Kind::number},
    {.name = "numericnotequals", .kind = Kind::number, .is_negated = true},
    {.name = "numericlessthan", .kind = Kind::number, .relation = Relation::less},
    {.name = "numericlessthanequals", .kind = Kind::number, .relation = Relation::less_or_equal},
    {.name = "numericgreaterthan", .kind = Kind::number, .relation = Relation::greater},
    {.name = "numericgreaterthanequals",
     .kind = Kind::number,
     .relation = Relation::greater_or_equal},
    {.name = "dateequals", .kind = Kind::instant},
    {.name = "datenotequals", .kind = Kind::instant, .is_negated = true},
    {.name = "datelessthan", .kind = Kind::instant, .relation = Relation::less},
    {.name = "datelessthanequals", .kind = Kind::instant, .relation = Relation::less_or_equal},
    {.name = "dategreaterthan", .kind = Kind::instant, .relation = Relation::greater},
    {.name = "dategreaterthanequals",
     .kind = Kind::instant,
     .relation = Relation::greater_or_equal},
}};

/// What policy_context.cc can tell of a request.
constexpr std::array<std::string_view, 21> kKeys = {"aws:sourceip",
                                                    "aws:securetransport",
                                                    "aws:referer",
                                                    "aws:useragent",
                                                    "aws:currenttime",
                                                    "aws:userid",
                                                    "aws:username",
                                                    "s3:prefix",
                                                    "s3:delimiter",
                                                    "s3:max-keys",
                                                    "s3:versionid",
                                                    "s3:authtype",
                                                    "s3:if-match",
                                                    "s3:if-none-match",
                                                    "s3:x-amz-acl",
                                                    "s3:x-amz-content-sha256",
                                                    "s3:x-amz-copy-source",
                                                    "s3:x-amz-grant-full-control",
                                                    "s3:x-amz-metadata-directive",
                                                    "s3:x-amz-server-side-encryption",
                                                    "s3:x-amz-storage-class"};

std::unexpected<S3Fault> malformed(std::string message) {
  return refuse(S3Error::malformed_policy, std::move(message));
}

/// Lower-case, but for a tag's name; nothing for a key that we do not know.
std::optional<std::string> known_key(std::string_view text) {
  const std::size_t slash = text.find('/');
  std::string key = to_lower(text.substr(0, slash));
  if (slash != std::string_view::npos) key += text.substr(slash);
  const bool is_tag = key.starts_with(kExistingTagKey) || key.starts_with(kRequestTagKey);
  if (!is_tag && std::ranges::find(kKeys, key) == kKeys.end()) return std::nullopt;
  return key;
}

bool stands(std::strong_ordering order, Relation relation) {
  switch (relation) {
    case Relation::equal: return order == std::strong_ordering::equal;
    case Relation::less: return order == std::strong_ordering::less;
    case Relation::less_or_equal: return order != std::strong_ordering::greater;
    case Relation::greater: return order == std::strong_ordering::greater;
    case Relation::greater_or_equal: return order != std::strong_ordering::less;
  }
  __builtin_unreachable();
}

bool compares(const std::string& text, const std::string& value, const PolicyCondition& condition) {
  switch (condition.kind) {
    case Kind::text: return text == value;
    case Kind::text_ignoring_case: return equals_ignoring_case(text, value);
    case Kind::pattern: return matches_glob(text, value, true);
    case Kind::boolean: return equals_ignoring_case(text, value);
    case Kind::address: {
      const auto address = http::Address::parse(text);
      const auto range = http::AddressRange::parse(value);
      return address && range && range->contains(*address);
    }
    case Kind::number: {
      const auto left = parse_integer<std::int64_t>(text);
      const auto right = parse_integer<std::int64_t>(value);
      return left && right && stands(*left <=> *right, condition.relation);
    }
    case Kind::instant: {
      const auto left = parse_rfc3339(text);
      const auto right = parse_rfc3339(value);
      return left && right && stands(*left <=> *right, condition.relation);
    }
    case Kind::absence: return false;
  }
  __builtin_unreachable();
}

/// Whether a value is one that its kind can be compared to.
bool is_value(const std::string& value, Kind kind) {
  switch (kind) {
    case Kind::address: return http::AddressRange::parse(value).has_value();
    case Kind::number: return parse_integer<std::int64_t>(value).has_value();
    case Kind::instant: return parse_rfc3339(value).has_value();
    case Kind::boolean:
    case Kind::absence:
      return equals_ignoring_case(value, "true") || equals_ignoring_case(value, "false");
    case Kind::text:
    case Kind::text_ignoring_case:
    case Kind::pattern: return true;
  }
  __builtin_unreachable();
}

/// Policies write true, 10 and "10" alike.
std::optional<std::string> text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_int64()) return std::to_string(value.get_int64());
  return std::nullopt;
}

S3Result<std::vector<std::string>> parse_values(const json::value& value, Kind kind) {
  std::vector<std::string> values;
  const auto add = [&](const json::value& one) {
    auto text = text_of(one);
    if (!text || !is_value(*text, kind)) return false;
    values.push_back(*std::move(text));
    return true;
  };
  const bool is_good = value.is_array() ? std::ranges::all_of(value.get_array(), add) : add(value);
  if (!is_good || values.empty()) return malformed("Policy has an invalid condition value");
  return values;
}

S3Result<PolicyCondition> parse_operator(std::string_view text) {
  std::string name = to_lower(text);
  PolicyCondition condition;
  constexpr std::string_view kIfExists = "ifexists";
  if (name.ends_with(kIfExists)) {
    condition.if_exists = true;
    name.resize(name.size() - kIfExists.size());
  }
  const auto* const found = std::ranges::find(kOperators, name, &Operator::name);
  if (found == kOperators.end())
    return refuse(S3Error::not_implemented,
                  "The condition operator " + std::string(text) + " is not implemented.");
  if (condition.if_exists && found->kind == Kind::absence)
    return malformed("Null cannot have IfExists");
  condition.kind = found->kind;
  condition.relation = found->relation;
  condition.is_negated = found->is_negated;
  return condition;
}

}  // namespace

bool PolicyCondition::holds(const PolicyContext& context) const {
  const auto text = context(key);
  if (kind == Kind::absence)
    return text.has_value() != equals_ignoring_case(values.front(), "true");
  if (!text) return if_exists || is_negated;
  return std::ranges::any_of(values, [&](const std::string& value) {
           return compares(*text, value, *this);
         }) != is_negated;
}

S3Result<std::vector<PolicyCondition>> parse_conditions(const json::value& value) {
  if (!value.is_object()) return malformed("Policy has an invalid condition");
  std::vector<PolicyCondition> conditions;
  for (const auto& [name, tests] : value.get_object()) {
    TRY_LET(const PolicyCondition form, parse_operator(name));
    if (!tests.is_object()) return malformed("Policy has an invalid condition");
    for (const auto& [key, values] : tests.get_object()) {
      PolicyCondition condition = form;
      auto known = known_key(key);
      if (!known)
        return refuse(S3Error::not_implemented,
                      "The condition key " + std::string(key) + " is not implemented.");
      condition.key = *std::move(known);
      TRY_LET(condition.values, parse_values(values, condition.kind));
      conditions.push_back(std::move(condition));
    }
  }
  return conditions;
}

}  // namespace tintype::bucket
