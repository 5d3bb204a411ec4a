#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tintype::gateway {

/// What a function authorizer answered, in either of AWS's two forms:
///
///   {"isAuthorized": true, "context": {"sub": "ada"}}
///   {"principalId": "ada", "policyDocument": {"Statement": [{"Effect": "Allow",
///    "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/GET/*"}]}}
///
/// Of a policy: Effect, Action, Resource with '*' and '?'. What else a statement may hold narrows
/// it (Condition, NotAction, NotResource, Principal), so an answer with it is refused.
struct AuthorizerAnswer {
  struct Statement {
    bool allows = false;
    std::vector<std::string> resources;
  };

  bool is_authorized = false;         ///< Of the simple form.
  std::vector<Statement> statements;  ///< Of the other one.
  /// principalId, or `sub` of the context; may be empty.
  std::string subject;
  /// Texts as they are, other values as JSON spells them.
  std::map<std::string, std::string> context;

  /// `invalid_argument` for anything but the two forms.
  static Result<AuthorizerAnswer> parse(std::string_view json);

  /// Whether it lets a request pass to what `arn` names. A Deny outweighs any Allow.
  bool allows(std::string_view arn) const;
};

/// Whether all of `text` fits `pattern`, in which '*' is any run of characters and '?' any one.
/// Takes time in proportion to the product of both sizes at worst.
bool matches_wildcards(std::string_view pattern, std::string_view text);

}  // namespace tintype::gateway
