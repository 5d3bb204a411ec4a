#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/jose.h"
#include "gateway/identity.h"

namespace tintype::gateway {

/// What a token must say to be for us.
struct JwtPolicy {
  std::string issuer;  ///< `iss`, to the letter: a '/' more is another issuer.
  /// One must be `aud` or in it. Where a token has no `aud`, as Cognito's access tokens,
  /// `client_id` counts, as with AWS's own authorizer:
  /// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
  std::vector<std::string> audiences;
  /// Take ID tokens too, for an API whose clients send nothing else. Access tokens have scopes, and
  /// are made for the API rather than for the application.
  bool id_tokens = false;
  std::chrono::seconds clock_skew_max{30};  ///< Both ways, inclusive.
};

/// Checks the signature of a JSON Web Token (RFC 7519) and every claim that decides.
///
/// Refused, whatever the token says of itself: other algorithms than signatures with public keys
/// (crypto/jose.h), another issuer or audience, a token without an end, one for later, an ID token
/// (RFC 8725, 3.11), a claim that is there twice.
///
/// `not_found` if `keys` has no key of that `kid`; else `unauthenticated` naming claim and fault,
/// for the log. Takes about 0.1 ms and blocks for nothing.
Result<Identity> verify_jwt(std::string_view token, const crypto::KeySet& keys,
                            const JwtPolicy& policy, Instant now);

/// When a token ends by its own word, not verified; nothing if it is no JWT or does not say.
std::optional<Instant> claimed_end(std::string_view token);

}  // namespace tintype::gateway
