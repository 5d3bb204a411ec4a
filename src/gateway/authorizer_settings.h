// What a stack file says of who may pass:
//
//   [identity]                    the issuer of people; omit it to use the embedded one
//   issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
//   audience = "client-id"        or a list: audiences = ["web", "phone"]
//   client_id = "client-id"       of the app that we serve, for signing in there
//
//   [authorizer.partners]         more of them, for routes that name one
//   type = "jwt"                  "jwt", "function", "api-key"
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/config.h"
#include "gateway/api_key_authorizer.h"
#include "gateway/function_authorizer.h"
#include "gateway/jwt.h"

namespace tintype::gateway {

struct JwtSettings {
  JwtPolicy policy;
  std::string jwks_uri;  ///< Empty: by discovery.
};

/// How the app that we serve signs people in at the issuer.
struct AppSignIn {
  std::string client_id;     ///< Empty: it cannot.
  std::string token_origin;  ///< Where it fetches tokens; empty: at the issuer.
};

struct FunctionAuthorizerSettings {
  std::string function;  ///< Of a [function.NAME]; whether it exists is for the caller to see.
  std::string place;     ///< Of `function` in the stack file, for errors that show later.
  std::vector<IdentitySource> sources;
  std::chrono::seconds cache_ttl{0};
};

struct ApiKeySettings {
  std::vector<ApiKeyAuthorizer::Key> keys;
};

using AuthorizerSetting = std::variant<JwtSettings, FunctionAuthorizerSettings, ApiKeySettings>;

struct AuthorizerSettings {
  /// The name of the one that [identity] makes.
  static constexpr std::string_view kIdentity = "jwt";
  static constexpr std::string_view kNone = "none";  ///< What an open route names.

  std::optional<JwtSettings> identity;  ///< Absent: the embedded issuer.
  AppSignIn app;                        ///< With `identity` only.
  std::map<std::string, AuthorizerSetting, std::less<>> named;
};

/// Reads [identity]'s issuer, audience, audiences, jwks_uri, id_tokens, clock_skew, client_id and
/// token_origin, and every [authorizer.NAME]. There is no key that turns one off.
Result<AuthorizerSettings> read_authorizers(const config::Table& root);

}  // namespace tintype::gateway
