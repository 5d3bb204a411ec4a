#include "gateway/issuer/token_api.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "gateway/issuer/refusals.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

constexpr std::size_t kFormSizeMax = 8 * 1024;

/// RFC 6749, 5.2.
http::Response oauth_error(int status, std::string_view error, std::string_view description) {
  const json::object body = {
      {"error", json::string_view(error.data(), error.size())},
      {"error_description", json::string_view(description.data(), description.size())}};
  auto response = http::json_response(status, json::serialize(body));
  response.headers.set("Cache-Control", "no-store");
  response.problem_code = std::string(error);
  return response;
}

http::Response unknown_client() {
  auto response = oauth_error(401, "invalid_client", "no such client, or one with a secret");
  response.headers.set("WWW-Authenticate", "Bearer realm=\"tintype\"");
  return response;
}

http::Response invalid_request(std::string_view description) {
  return oauth_error(400, "invalid_request", description);
}

/// Our access tokens have two dots, and no refresh token has one.
bool is_access_token(std::string_view token) { return std::ranges::count(token, '.') == 2; }

}  // namespace

Task<std::expected<http::Query, http::Response>> TokenApi::read(http::Request& request) {
  auto sent = co_await read_form(request, kFormSizeMax);
  if (!sent) {
    switch (sent.error().code) {
      case ErrorCode::unsupported:
        co_return std::unexpected(invalid_request("send application/x-www-form-urlencoded"));
      case ErrorCode::too_large:
      case ErrorCode::invalid_argument:
        co_return std::unexpected(invalid_request("the form is too large or damaged"));
      case ErrorCode::unauthenticated:
      case ErrorCode::denied:
      case ErrorCode::not_found:
      case ErrorCode::conflict:
      case ErrorCode::exhausted:
      case ErrorCode::unavailable:
      case ErrorCode::damaged_input:
      case ErrorCode::corrupt:
      case ErrorCode::internal: break;
    }
    co_return std::unexpected(http::problem_response(sent.error(), request));
  }
  if (repeated(*sent)) co_return std::unexpected(invalid_request("a parameter is there twice"));
  if (request.headers.has("Authorization") || sent->has("client_secret") ||
      issuer_.clients().find(parameter(*sent, "client_id")) == nullptr)
    co_return std::unexpected(unknown_client());
  co_return *std::move(sent);
}

Task<http::Response> TokenApi::token(http::Request& request) {
  auto sent = co_await read(request);
  if (!sent) co_return std::move(sent.error());
  const std::string type = parameter(*sent, "grant_type");
  if (type.empty()) co_return invalid_request("grant_type is missing");
  if (type != "authorization_code" && type != "refresh_token")
    co_return oauth_error(400, "unsupported_grant_type",
                          "grant_type must be authorization_code or refresh_token");
  const bool is_code = type == "authorization_code";
  for (const std::string_view name :
       is_code ? std::vector<std::string_view>{"code", "redirect_uri", "code_verifier"}
               : std::vector<std::string_view>{"refresh_token"})
    if (parameter(*sent, name).empty())
      co_return invalid_request(std::string(name) + " is missing");
  if (!parameter(*sent, "scope").empty())
    co_return oauth_error(400, "invalid_scope", "there are no scopes");

  const auto granted = co_await grant(*sent);
  if (granted) co_return token_answer(request, parameter(*sent, "client_id"), *granted);
  // Which of the reasons it is helps nobody but who guesses; the log of reuse has it.
  if (granted.error().code == ErrorCode::unauthenticated)
    co_return oauth_error(400, "invalid_grant", "it is unknown, used, expired or another client's");
  co_return issuer_failed(request, granted.error());
}

Task<Result<Sessions::Grant>> TokenApi::grant(const http::Query& sent) {
  return issuer_.pool().run([this, &sent]() -> Result<Sessions::Grant> {
    if (parameter(sent, "grant_type") == "refresh_token")
      return issuer_.sessions().refresh(Secret(parameter(sent, "refresh_token")),
                                        parameter(sent, "client_id"));
    return issuer_.codes().redeem({.code = Secret(parameter(sent, "code")),
                                   .client_id = parameter(sent, "client_id"),
                                   .redirect_uri = parameter(sent, "redirect_uri"),
                                   .verifier = parameter(sent, "code_verifier")});
  });
}

http::Response TokenApi::token_answer(const http::Request& request, const std::string& client_id,
                                      const Sessions::Grant& grant) const {
  const auto ttl = issuer_.settings().access_ttl;
  const auto token = issuer_.issuer().issue(grant.sub, client_id, ttl, issuer_.now());
  if (!token) return issuer_failed(request, token.error());
  const json::object answer = {{"access_token", std::string(token->reveal())},
                               {"token_type", "Bearer"},
                               {"expires_in", ttl.count()},
                               {"refresh_token", std::string(grant.refresh_token.reveal())}};
  auto response = http::json_response(200, json::serialize(answer));
  response.headers.set("Cache-Control", "no-store");  // RFC 6749, 5.1.
  return response;
}

Task<http::Response> TokenApi::revoke(http::Request& request) {
  auto sent = co_await read(request);
  if (!sent) co_return std::move(sent.error());
  const Secret token(parameter(*sent, "token"));
  if (token.empty()) co_return invalid_request("token is missing");
  if (is_access_token(token.reveal()))
    co_return oauth_error(400, "unsupported_token_type",
                          "an access token ends by itself; revoke the refresh token");
  const auto ended = co_await issuer_.pool().run(
      [&] { return issuer_.sessions().end(token, parameter(*sent, "client_id")); });
  if (!ended) co_return issuer_failed(request, ended.error());
  // RFC 7009, 2.2: also for a token that is none.
  http::Response response;
  response.headers.set("Cache-Control", "no-store");
  co_return response;
}

}  // namespace tintype::gateway
