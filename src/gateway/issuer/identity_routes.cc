#include "gateway/issuer/identity_routes.h"

#include <memory>
#include <string>
#include <utility>

#include "gateway/issuer/auth_api.h"
#include "gateway/issuer/authorize_api.h"
#include "gateway/issuer/token_api.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

/// What may be kept for less than a key is published before it signs.
Task<http::Response> public_document(std::string json) {
  auto response = http::json_response(200, std::move(json));
  response.headers.set("Cache-Control", "public, max-age=300");
  co_return response;
}
static_assert(std::chrono::seconds(300) < KeyRing::kPublishedBefore);

Route document(std::string path, IssuerService& issuer, std::string (Issuer::*json)() const) {
  return {.method = "GET",
          .path = std::move(path),
          .authorizer = kOpen,
          .integration = [&issuer, json](http::Request&, const Identity*, const Parameters&) {
            return public_document((issuer.issuer().*json)());
          }};
}

template <class Api>
Route route(std::string method, std::string path, std::shared_ptr<Api> api,
            Task<http::Response> (Api::*answer)(http::Request&)) {
  return {.method = std::move(method),
          .path = std::move(path),
          .authorizer = kOpen,
          .integration = [api = std::move(api), answer](http::Request& request, const Identity*,
                                                        const Parameters&) {
            return ((*api).*answer)(request);
          }};
}

}  // namespace

std::vector<Route> identity_routes(IssuerService& issuer) {
  // Each shared by its routes, which live as long as a request runs.
  const auto auth = std::make_shared<AuthApi>(issuer);
  const auto authorize = std::make_shared<AuthorizeApi>(issuer);
  const auto token = std::make_shared<TokenApi>(issuer);
  return {
      route("POST", "/auth/sign_up", auth, &AuthApi::sign_up),
      route("POST", "/auth/sign_in", auth, &AuthApi::sign_in),
      route("POST", "/auth/refresh", auth, &AuthApi::refresh),
      route("POST", "/auth/sign_out", auth, &AuthApi::sign_out),
      route("GET", "/oauth2/authorize", authorize, &AuthorizeApi::show),
      route("POST", "/oauth2/authorize", authorize, &AuthorizeApi::submit),
      route("POST", "/oauth2/token", token, &TokenApi::token),
      route("POST", "/oauth2/revoke", token, &TokenApi::revoke),
      document("/.well-known/jwks.json", issuer, &Issuer::jwks_json),
      document("/.well-known/openid-configuration", issuer, &Issuer::metadata_json),
      document("/.well-known/oauth-authorization-server", issuer, &Issuer::metadata_json),
  };
}

}  // namespace tintype::gateway
