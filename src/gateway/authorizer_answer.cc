#include "gateway/authorizer_answer.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "base/json.h"
#include "gateway/identity.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

constexpr std::size_t kStatementsMax = 100;

std::unexpected<Error> wrong(std::string_view what) {
  return fail(ErrorCode::invalid_argument, "answer: " + std::string(what));
}

/// A text, or a list of texts, as policies have both.
Result<std::vector<std::string>> read_texts(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return wrong("a statement without " + std::string(name));
  if (value->is_string()) return std::vector{std::string(value->get_string())};
  if (!value->is_array()) return wrong(std::string(name) + " is not a text or a list");
  std::vector<std::string> texts;
  for (const json::value& one : value->get_array()) {
    if (!one.is_string()) return wrong(std::string(name) + " has an element that is no text");
    texts.emplace_back(one.get_string());
  }
  return texts;
}

Result<AuthorizerAnswer::Statement> read_statement(const json::value& value) {
  if (!value.is_object()) return wrong("a statement is not an object");
  const json::object& object = value.get_object();
  for (const auto& [name, member] : object)
    if (name != "Effect" && name != "Action" && name != "Resource" && name != "Sid")
      return wrong("a statement has " + std::string(name) + ", which we do not know");
  TRY_LET(const auto effects, read_texts(object, "Effect"));
  if (effects.size() != 1 || (effects[0] != "Allow" && effects[0] != "Deny"))
    return wrong("Effect is not Allow or Deny");
  TRY_LET(const auto actions, read_texts(object, "Action"));
  TRY_LET(auto resources, read_texts(object, "Resource"));
  const bool invokes = std::ranges::any_of(actions, [](const std::string& action) {
    return matches_wildcards(action, "execute-api:Invoke");
  });
  if (!invokes) resources.clear();
  return AuthorizerAnswer::Statement{.allows = effects[0] == "Allow",
                                     .resources = std::move(resources)};
}

Result<std::vector<AuthorizerAnswer::Statement>> read_policy_document(const json::value& value) {
  const json::value* list =
      value.is_object() ? value.get_object().if_contains("Statement") : nullptr;
  if (list == nullptr) return wrong("policyDocument has no Statement");
  std::vector<AuthorizerAnswer::Statement> statements;
  if (list->is_object()) {  // A single one needs no list.
    TRY_LET(auto statement, read_statement(*list));
    statements.push_back(std::move(statement));
    return statements;
  }
  if (!list->is_array() || list->get_array().size() > kStatementsMax)
    return wrong("Statement is not a list of at most 100");
  for (const json::value& one : list->get_array()) {
    TRY_LET(auto statement, read_statement(one));
    statements.push_back(std::move(statement));
  }
  return statements;
}

Result<std::map<std::string, std::string>> read_context(const json::object& answer) {
  std::map<std::string, std::string> context;
  const json::value* value = answer.if_contains("context");
  if (value == nullptr || value->is_null()) return context;
  if (!value->is_object()) return wrong("context is not an object");
  for (const auto& [name, member] : value->get_object())
    context.emplace(
        name, member.is_string() ? std::string(member.get_string()) : json::serialize(member));
  return context;
}

Result<std::string> read_subject(const json::object& answer,
                                 const std::map<std::string, std::string>& context) {
  std::string subject;
  if (const json::value* principal = answer.if_contains("principalId")) {
    if (!principal->is_string()) return wrong("principalId is not a text");
    subject = principal->get_string();
  } else if (const auto sub = context.find("sub"); sub != context.end()) {
    subject = sub->second;
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (subject.size() > Identity::kSubjectSizeMax || std::ranges::any_of(subject, is_control))
    return wrong("the subject is over 128 bytes or has a control character");
  return subject;
}

}  // namespace

bool matches_wildcards(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t in_text = 0;
  std::size_t star = std::string_view::npos;  // The last '*', and what it stands for so far.
  std::size_t star_end = 0;
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      star_end = in_text;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[in_text])) {
      ++at;
      ++in_text;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_text = ++star_end;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

Result<AuthorizerAnswer> AuthorizerAnswer::parse(std::string_view text) {
  TRY_LET(const json::object object, within("answer", parse_json_object(text)));
  const json::value* simple = object.if_contains("isAuthorized");
  const json::value* policy = object.if_contains("policyDocument");
  if ((simple == nullptr) == (policy == nullptr))
    return wrong("neither isAuthorized nor policyDocument, or both");
  if (simple != nullptr && !simple->is_bool()) return wrong("isAuthorized is not true or false");
  AuthorizerAnswer answer;
  answer.is_authorized = simple != nullptr && simple->get_bool();
  if (policy != nullptr) {
    TRY_LET(answer.statements, read_policy_document(*policy));
  }
  TRY_LET(answer.context, read_context(object));
  TRY_LET(answer.subject, read_subject(object, answer.context));
  return answer;
}

bool AuthorizerAnswer::allows(std::string_view arn) const {
  bool allowed = is_authorized;
  for (const Statement& statement : statements) {
    const bool matches = std::ranges::any_of(statement.resources, [&](const std::string& pattern) {
      return matches_wildcards(pattern, arn);
    });
    if (matches && !statement.allows) return false;
    allowed = allowed || matches;
  }
  return allowed;
}

}  // namespace tintype::gateway
