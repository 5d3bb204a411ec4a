#include "gateway/issuer/authorize_api.h"

#include <span>
#include <utility>

#include "crypto/digest.h"
#include "gateway/issuer/browser.h"
#include "gateway/issuer/refusals.h"

namespace tintype::gateway {

namespace {

constexpr std::size_t kFormSizeMax = 16 * 1024;
/// For as long as somebody may look for their password.
constexpr std::chrono::minutes kFormLifetime{30};

http::Response redirect(const std::string& url) {
  http::Response response;
  response.status = 303;  // RFC 9700, 4.12: what was typed goes nowhere else.
  response.headers = {
      {"Location", url}, {"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}};
  return response;
}

http::Response with_wait(http::Response response, std::chrono::seconds wait) {
  response.headers.set("Retry-After", std::to_string(wait.count()));
  return response;
}

/// HTTP has no 401 without one (RFC 9110, 11.6.1); browsers ask nobody because of this one.
http::Response with_challenge(http::Response response) {
  response.headers.set("WWW-Authenticate", "Bearer realm=\"tintype\"");
  return response;
}

}  // namespace

Task<http::Response> AuthorizeApi::show(http::Request& request) {
  const auto query = parse_form(request.query_text);
  if (!query) co_return authorization_failed("Its address is damaged.");
  const auto asked = parse_authorization(*query, issuer_.clients());
  if (!asked) co_return refuse(asked.error());
  co_return form(*asked, 200);
}

Task<http::Response> AuthorizeApi::submit(http::Request& request) {
  const auto sent = co_await read_form(request, kFormSizeMax);
  if (!sent && sent.error().code == ErrorCode::unavailable)
    co_return issuer_failed(request, sent.error());
  if (!sent) co_return authorization_failed("What was sent is no form.");
  const auto asked = parse_authorization(*sent, issuer_.clients());
  if (!asked) co_return refuse(asked.error());
  // Only our own form may sign somebody in, or a page could sign its visitor in as its owner.
  const auto cookie = cookie_of(request, kCookie);
  const bool is_ours = cookie && !cookie->empty() &&
                       crypto::equal_in_constant_time(*cookie, parameter(*sent, "form_token")) &&
                       !is_foreign(request, std::span(&issuer_.issuer().url(), 1));
  if (!is_ours) co_return form(*asked, 403, "This form was open for too long. Try again.");
  co_return co_await sign_in(request, *asked, *sent);
}

http::Response AuthorizeApi::form(const AuthorizationRequest& request, int status,
                                  std::string_view message, std::string_view name) const {
  const Secret token = make_random_token();
  auto response = sign_in_form(
      {.status = status, .request = request, .token = token, .message = message, .name = name});
  response.headers.add("Set-Cookie",
                       write_cookie({.name = kCookie,
                                     .path = "/oauth2/authorize",
                                     .secure = issuer_.issuer().url().starts_with("https://"),
                                     .lifetime = kFormLifetime},
                                    token));
  return response;
}

Task<http::Response> AuthorizeApi::sign_in(const http::Request& request, AuthorizationRequest asked,
                                           const http::Query& sent) {
  const std::string name = parameter(sent, "name");
  auto sub =
      co_await issuer_.sign_in(name, Secret(parameter(sent, "password")), request.remote_address);
  if (sub) co_return co_await answer(request, std::move(asked), *std::move(sub));
  switch (sub.error().kind) {
    case IssuerService::Refusal::Kind::wrong:
      co_return with_challenge(form(asked, 401, "Name or password is not right.", name));
    case IssuerService::Refusal::Kind::wait:
      co_return with_wait(
          form(asked, 429, "Too many attempts. Wait a little, then try again.", name),
          sub.error().wait);
    case IssuerService::Refusal::Kind::failed: break;
  }
  co_return issuer_failed(request, sub.error().error);
}

Task<http::Response> AuthorizeApi::answer(const http::Request& request, AuthorizationRequest asked,
                                          std::string sub) {
  const auto code = co_await issuer_.pool().run([&] {
    return issuer_.codes().make({.sub = sub,
                                 .client_id = asked.client_id,
                                 .redirect_uri = asked.redirect_uri,
                                 .challenge = asked.challenge});
  });
  if (!code && code.error().code == ErrorCode::unauthenticated)  // Deleted meanwhile.
    co_return with_challenge(form(asked, 401, "Name or password is not right."));
  if (!code) co_return issuer_failed(request, code.error());
  co_return redirect(answer_url(asked.redirect_uri, {{"code", std::string(code->reveal())},
                                                     {"state", asked.state},
                                                     {"iss", issuer_.issuer().url()}}));
}

http::Response AuthorizeApi::refuse(const AuthorizationRefusal& refusal) const {
  if (refusal.redirect_uri.empty()) return authorization_failed(refusal.description);
  return redirect(answer_url(refusal.redirect_uri, {{"error", refusal.error},
                                                    {"error_description", refusal.description},
                                                    {"state", refusal.state},
                                                    {"iss", issuer_.issuer().url()}}));
}

}  // namespace tintype::gateway
