// The authorization endpoint of OAuth 2 (RFC 6749, 3.1): a form of our own.
//
//   GET  /oauth2/authorize?response_type=code&client_id=…&redirect_uri=…&state=…
//                         &code_challenge=…&code_challenge_method=S256     ─▶ the form
//   POST /oauth2/authorize  what the form sends  ─▶ 303 redirect_uri?code=…&state=…&iss=…
//
// Every time somebody signs in anew: an application cannot get a code without a person's hand.
#pragma once

#include "gateway/issuer/service.h"
#include "gateway/issuer/sign_in_form.h"
#include "http/message.h"

namespace tintype::gateway {

/// Shared by all loops. `issuer` outlives it.
class AuthorizeApi {
 public:
  /// Has what the form sends back, so that no other page can make one up.
  static constexpr std::string_view kCookie = "tintype_form";

  explicit AuthorizeApi(IssuerService& issuer) : issuer_(issuer) {}

  Task<http::Response> show(http::Request& request);
  Task<http::Response> submit(http::Request& request);

 private:
  /// With a token of its own, as a cookie and in the form.
  http::Response form(const AuthorizationRequest& request, int status,
                      std::string_view message = {}, std::string_view name = {}) const;
  Task<http::Response> sign_in(const http::Request& request, AuthorizationRequest asked,
                               const http::Query& sent);
  Task<http::Response> answer(const http::Request& request, AuthorizationRequest asked,
                              std::string sub);
  http::Response refuse(const AuthorizationRefusal& refusal) const;

  IssuerService& issuer_;
};

}  // namespace tintype::gateway
