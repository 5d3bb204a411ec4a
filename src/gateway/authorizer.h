#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/jose.h"
#include "gateway/identity.h"

namespace tintype::gateway {

/// The one parser of "Authorization: Bearer <token>" (RFC 6750, 2.1): the scheme in any case, one
/// token of b64token characters; anything else is `unauthenticated`.
Result<std::string> parse_bearer(std::optional<std::string_view> header);

/// Checks JSON Web Tokens of one issuer. Immutable; thread-safe. There is no way to turn it off.
///
/// Refused, whatever the token says of itself: other algorithms than signatures with public keys
/// (crypto/jose.h), another issuer or audience, a token without an end, one for later, an ID token
/// (RFC 8725, 3.11), a claim that is there twice.
class JwtAuthorizer {
 public:
  /// What fits an owner of objects (bucket/naming.h).
  static constexpr std::size_t kSubjectSizeMax = 128;

  struct Policy {
    std::string issuer;
    /// Must be `aud` or in it. Where a token has no `aud`, as Cognito's access tokens, `client_id`
    /// counts, as with AWS's own authorizer:
    /// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    std::string audience;
    std::chrono::seconds clock_skew_max{30};  ///< Both ways, inclusive.
  };
  JwtAuthorizer(Policy policy, crypto::KeySet keys);

  /// `unauthenticated` naming claim and fault, for the log; the client sees a 401 and
  /// WWW-Authenticate. Takes about 0.1 ms and blocks for nothing.
  Result<Identity> authorize(std::string_view token, Instant now) const;

 private:
  const Policy policy_;
  const crypto::KeySet keys_;
};

}  // namespace tintype::gateway
