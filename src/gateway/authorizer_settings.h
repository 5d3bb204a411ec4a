// What a stack file says of who may pass:
//
//   [identity]                    the issuer of people; omit it to use the embedded one
//   issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
//   audience = "client-id"        or a list: audiences = ["web", "phone"]
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
  std::map<std::string, AuthorizerSetting, std::less<>> named;
};

/// Reads [identity]'s issuer, audience, audiences, jwks_uri, id_tokens, clock_skew, and every
/// [authorizer.NAME]. There is no key that turns one off.
Result<AuthorizerSettings> read_authorizers(const config::Table& root);

}  // namespace tintype::gateway
