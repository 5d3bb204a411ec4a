#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "crypto/jose.h"
#include "gateway/authorizer.h"

namespace tintype::gateway {

/// Checks JSON Web Tokens of one issuer.
///
/// Refused, whatever the token says of itself: other algorithms than signatures with public keys
/// (crypto/jose.h), another issuer or audience, a token without an end, one for later, an ID token
/// (RFC 8725, 3.11), a claim that is there twice.
class JwtAuthorizer final : public Authorizer {
 public:
  struct Policy {
    std::string issuer;
    /// Must be `aud` or in it. Where a token has no `aud`, as Cognito's access tokens, `client_id`
    /// counts, as with AWS's own authorizer:
    /// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    std::string audience;
    std::chrono::seconds clock_skew_max{30};  ///< Both ways, inclusive.
  };

  JwtAuthorizer(Policy policy, crypto::KeySet keys);

  Task<Result<Identity>> authorize(const http::Request& request, const RouteContext& route,
                                   Instant now) const override;

  /// `unauthenticated` naming claim and fault, for the log; the client sees a 401 and
  /// WWW-Authenticate. Takes about 0.1 ms and blocks for nothing.
  Result<Identity> verify(std::string_view token, Instant now) const;

 private:
  const Policy policy_;
  const crypto::KeySet keys_;
};

}  // namespace tintype::gateway
