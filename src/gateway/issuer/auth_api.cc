#include "gateway/issuer/auth_api.h"

#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "gateway/issuer/browser.h"
#include "gateway/issuer/refusals.h"
#include "gateway/throttling.h"
#include "http/json_body.h"
#include "http/json_fields.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

/// A password of 1024 bytes, each escaped as six, and a name.
constexpr std::size_t kBodySizeMax = 8 * 1024;

struct NameAndPassword {
  std::string name;
  Secret password;
};

std::optional<NameAndPassword> read_sign_in(const json::object& body) {
  const json::value* name = body.if_contains("name");
  const json::value* password = body.if_contains("password");
  if (name == nullptr || !name->is_string() || password == nullptr || !password->is_string())
    return std::nullopt;
  return NameAndPassword{.name = std::string(name->get_string()),
                         .password = Secret(std::string(password->get_string()))};
}

struct NewPerson {
  SignInName name;
  Secret password;
};

std::expected<NewPerson, std::vector<http::Problem::Fault>> read_sign_up(const json::object& body) {
  http::JsonFields fields(body);
  auto name = fields.read("name", SignInName::parse);
  auto password = fields.read("password", [&](std::string_view text) -> Result<Secret> {
    Secret secret{std::string(text)};
    if (name) TRY(check_new_password(secret, *name));
    return secret;
  });
  auto faults = fields.finish();
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return NewPerson{.name = *std::move(name), .password = *std::move(password)};
}

http::Response wrong_credentials(const http::Request& request) {
  auto response = http::problem_response(
      {.status = 401, .code = "wrong_credentials", .detail = "Name or password is not right."},
      request);
  response.headers.set("WWW-Authenticate", "Bearer realm=\"tintype\"");
  return response;
}

http::Response refresh_refused(const http::Request& request) {
  auto response = http::problem_response({.status = 401,
                                          .code = "refresh_refused",
                                          .detail = "This session has ended. Sign in again."},
                                         request);
  response.headers.set("WWW-Authenticate", "Bearer realm=\"tintype\"");
  return response;
}

}  // namespace

Task<http::Response> AuthApi::sign_up(http::Request& request) {
  if (is_foreign(request, issuer_.origins())) co_return foreign_page(request);
  auto body = co_await http::read_object(request, kBodySizeMax);
  if (!body) co_return std::move(body.error());
  auto person = read_sign_up(*body);
  if (!person) co_return http::invalid_fields(request, std::move(person.error()));
  // Only now: who mistypes loses nothing.
  const Standing standing =
      issuer_.sign_ups().take(customer_of(request.remote_address), issuer_.now());
  if (!standing.allowed) co_return too_many_attempts(request, standing.retry_after);
  auto sub = co_await issuer_.sign_up(person->name, person->password);
  if (!sub && sub.error().code == ErrorCode::conflict)
    co_return http::problem_response(
        {.status = 409,
         .code = "name_taken",
         .detail = "Somebody has this name, or one that looks like it. Choose another one."},
        request);
  if (!sub) co_return issuer_failed(request, sub.error());
  co_return co_await begin_session(201, request, *std::move(sub));
}

Task<http::Response> AuthApi::sign_in(http::Request& request) {
  if (is_foreign(request, issuer_.origins())) co_return foreign_page(request);
  auto body = co_await http::read_object(request, kBodySizeMax);
  if (!body) co_return std::move(body.error());
  const auto sent = read_sign_in(*body);
  if (!sent)
    co_return http::problem_response(
        {.status = 400,
         .code = "invalid_request",
         .detail = R"(Send a JSON object: {"name": "...", "password": "..."}.)"},
        request);
  auto sub = co_await issuer_.sign_in(sent->name, sent->password, request.remote_address);
  if (sub) co_return co_await begin_session(200, request, *std::move(sub));
  switch (sub.error().kind) {
    case IssuerService::Refusal::Kind::wrong: co_return wrong_credentials(request);
    case IssuerService::Refusal::Kind::wait: co_return too_many_attempts(request, sub.error().wait);
    case IssuerService::Refusal::Kind::failed: break;
  }
  co_return issuer_failed(request, sub.error().error);
}

Task<http::Response> AuthApi::begin_session(int status, http::Request& request, std::string sub) {
  const auto before = cookie_of(request, kCookie);
  const auto grant = co_await issuer_.pool().run([&]() -> Result<Sessions::Grant> {
    // Whoever planted a cookie here, or left one, shares nothing with the new session.
    if (before) TRY(issuer_.sessions().end(Secret(*before), kOwnClient));
    return issuer_.sessions().begin(sub, kOwnClient);
  });
  if (grant) co_return token_answer(status, request, *grant);
  // Deleted since the password was right.
  if (grant.error().code == ErrorCode::unauthenticated) co_return wrong_credentials(request);
  co_return issuer_failed(request, grant.error());
}

Task<http::Response> AuthApi::refresh(http::Request& request) {
  const auto sent = cookie_of(request, kCookie);
  if (!sent || is_foreign(request, issuer_.origins())) co_return refresh_refused(request);
  const Secret token(*sent);
  const auto grant =
      co_await issuer_.pool().run([&] { return issuer_.sessions().refresh(token, kOwnClient); });
  if (grant) co_return token_answer(200, request, *grant);
  if (grant.error().code != ErrorCode::unauthenticated)
    co_return issuer_failed(request, grant.error());
  // The cookie stays: it may be the old one of two that crossed each other.
  co_return refresh_refused(request);
}

Task<http::Response> AuthApi::sign_out(http::Request& request) {
  if (is_foreign(request, issuer_.origins())) co_return foreign_page(request);
  if (const auto sent = cookie_of(request, kCookie)) {
    const auto ended = co_await issuer_.pool().run(
        [&] { return issuer_.sessions().end(Secret(*sent), kOwnClient); });
    if (!ended) co_return issuer_failed(request, ended.error());
  }
  http::Response response;
  response.status = 204;
  response.headers.set("Cache-Control", "no-store");
  response.headers.add("Set-Cookie", write_cookie(cookie(std::chrono::seconds(0)), Secret()));
  co_return response;
}

http::Response AuthApi::token_answer(int status, const http::Request& request,
                                     const Sessions::Grant& grant) const {
  const auto ttl = issuer_.settings().access_ttl;
  const auto token = issuer_.issuer().issue(grant.sub, kOwnClient, ttl, issuer_.now());
  if (!token) return issuer_failed(request, token.error());
  const json::object answer = {{"access_token", std::string(token->reveal())},
                               {"token_type", "Bearer"},
                               {"expires_in", ttl.count()},
                               {"sub", grant.sub}};
  auto response = http::json_response(status, json::serialize(answer));
  response.headers.set("Cache-Control", "no-store");  // RFC 6749, 5.1.
  response.headers.add("Set-Cookie", write_cookie(cookie(grant.lasts), grant.refresh_token));
  return response;
}

Cookie AuthApi::cookie(std::chrono::seconds lifetime) const {
  return {.name = kCookie,
          .path = kCookiePath,
          .secure = issuer_.issuer().url().starts_with("https://"),
          .lifetime = lifetime};
}

}  // namespace tintype::gateway
