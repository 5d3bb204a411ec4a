// Signing in and out for the app that comes with Tintype: JSON, and a cookie with the refresh token
// that only /auth sees.
//
//   POST /auth/sign_up    {"name","password"}   201, a token and a cookie
//   POST /auth/sign_in    {"name","password"}   200, the same
//   POST /auth/refresh    the cookie            200, the same; the cookie of before is used up
//   POST /auth/sign_out   the cookie            204, and no cookie any more
//
// A token is {"access_token","token_type","expires_in","sub"}.
#pragma once

#include <string>

#include "gateway/issuer/browser.h"
#include "gateway/issuer/service.h"
#include "http/message.h"

namespace tintype::gateway {

/// Shared by all loops. `issuer` outlives it.
class AuthApi {
 public:
  static constexpr std::string_view kCookie = "tintype_refresh";
  static constexpr std::string_view kCookiePath = "/auth";

  explicit AuthApi(IssuerService& issuer) : issuer_(issuer) {}

  Task<http::Response> sign_up(http::Request& request);
  Task<http::Response> sign_in(http::Request& request);
  Task<http::Response> refresh(http::Request& request);
  Task<http::Response> sign_out(http::Request& request);

 private:
  /// A new session of `sub`; one that the browser had before ends.
  Task<http::Response> begin_session(int status, http::Request& request, std::string sub);
  http::Response token_answer(int status, const http::Request& request,
                              const Sessions::Grant& grant) const;
  Cookie cookie(std::chrono::seconds lifetime) const;

  IssuerService& issuer_;
};

}  // namespace tintype::gateway
