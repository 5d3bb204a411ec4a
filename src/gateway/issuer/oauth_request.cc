#include "gateway/issuer/oauth_request.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "gateway/issuer/codes.h"

namespace tintype::gateway {

namespace {

constexpr std::size_t kStateSizeMax = 2'000;

/// RFC 6749, A.5: printable ASCII.
bool is_state(std::string_view text) {
  return text.size() <= kStateSizeMax &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

AuthorizationRefusal for_the_person(std::string description) {
  return {.redirect_uri = {},
          .state = {},
          .error = "invalid_request",
          .description = std::move(description)};
}

}  // namespace

Result<http::Query> parse_form(std::string_view body) {
  std::string text(body);
  for (char& c : text)
    if (c == '+') c = ' ';
  return http::Query::parse(text);
}

Task<Result<http::Query>> read_form(http::Request& request, std::size_t size_max) {
  const std::string_view announced = request.headers.find("Content-Type").value_or("");
  if (!equals_ignoring_case(trim(announced.substr(0, announced.find(';'))),
                            "application/x-www-form-urlencoded"))
    co_return fail(ErrorCode::unsupported, "not a form");
  CO_TRY_LET(const std::string body, co_await http::read_all(*request.body, size_max));
  co_return parse_form(body);
}

std::string parameter(const http::Query& query, std::string_view name) {
  return std::string(query.find(name).value_or(""));
}

std::optional<std::string> repeated(const http::Query& query) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : query)
    if (!seen.insert(name).second) return name;
  return std::nullopt;
}

std::expected<AuthorizationRequest, AuthorizationRefusal> parse_authorization(
    const http::Query& query, const OauthClients& clients) {
  // Who asks and where the answer goes come first: until both hold, nobody else is told anything.
  const auto twice = repeated(query);
  if (twice == "client_id" || twice == "redirect_uri")
    return std::unexpected(for_the_person(*twice + " is there twice."));
  AuthorizationRequest request{.client_id = parameter(query, "client_id"),
                               .redirect_uri = parameter(query, "redirect_uri"),
                               .state = parameter(query, "state"),
                               .challenge = parameter(query, "code_challenge")};
  const OauthClient* const client = clients.find(request.client_id);
  if (client == nullptr)
    return std::unexpected(for_the_person("No application of this client_id is registered."));
  if (!may_redirect(*client, request.redirect_uri))
    return std::unexpected(
        for_the_person("This redirect_uri is not registered for the application."));

  const auto refused = [&](std::string error, std::string description) {
    return std::unexpected(
        AuthorizationRefusal{.redirect_uri = request.redirect_uri,
                             .state = is_state(request.state) ? request.state : "",
                             .error = std::move(error),
                             .description = std::move(description)});
  };
  if (twice) return refused("invalid_request", "a parameter is there twice");
  if (!is_state(request.state))
    return refused("invalid_request", "state is too long or not of printable ASCII");
  if (parameter(query, "response_type") != "code")
    return refused("unsupported_response_type", "response_type must be code");
  if (!parameter(query, "scope").empty()) return refused("invalid_scope", "there are no scopes");
  if (parameter(query, "code_challenge_method") != "S256" || !is_challenge(request.challenge))
    return refused("invalid_request", "PKCE with code_challenge_method S256 is needed");
  return request;
}

std::string answer_url(std::string_view redirect_uri,
                       const std::vector<std::pair<std::string_view, std::string>>& parameters) {
  std::string url(redirect_uri);
  char separator = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    url += separator;
    url += std::string(name) + '=' + percent_encode(value);
    separator = '&';
  }
  return url;
}

}  // namespace tintype::gateway
