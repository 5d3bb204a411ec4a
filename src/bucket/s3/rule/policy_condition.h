// The conditions of a policy's statement: what must hold of a request besides who asks for what.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bucket/s3/error.h"

namespace tintype::bucket {

/// What is known of a request, by condition key ("aws:sourceip": lower-case, but for what follows a
/// '/', which is a tag's name). Nothing for what it does not have.
using PolicyContext = std::function<std::optional<std::string>(std::string_view key)>;

struct PolicyCondition {
  enum class Kind { text, text_ignoring_case, pattern, address, boolean, number, instant, absence };
  enum class Relation { equal, less, less_or_equal, greater, greater_or_equal };

  Kind kind = Kind::text;
  Relation relation = Relation::equal;
  bool is_negated = false;
  bool if_exists = false;  ///< Holds for what the request does not have.
  std::string key = {};
  std::vector<std::string> values = {};  ///< One of them is enough; if negated, none may be.

  bool holds(const PolicyContext& context) const;
};

inline constexpr std::string_view kExistingTagKey = "s3:existingobjecttag/";
inline constexpr std::string_view kRequestTagKey = "s3:requestobjecttag/";

/// A statement's Condition, all of which must hold. `malformed_policy` for what is none;
/// `not_implemented` for operators and keys that we do not know: a policy that we cannot obey is
/// not taken.
S3Result<std::vector<PolicyCondition>> parse_conditions(const boost::json::value& value);

}  // namespace tintype::bucket
