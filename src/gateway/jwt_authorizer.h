#pragma once

#include <memory>

#include "gateway/authorizer.h"
#include "gateway/jwt.h"
#include "gateway/key_source.h"
#include "gateway/token_cache.h"

namespace tintype::gateway {

/// Lets pass who brings a JSON Web Token of one issuer (jwt.h). A token that it has just verified
/// is not verified again (token_cache.h), but never beyond its end.
class JwtAuthorizer final : public Authorizer {
 public:
  /// `keys` may be shared by authorizers of the same issuer.
  JwtAuthorizer(JwtPolicy policy, std::shared_ptr<KeySource> keys,
                const TokenCache::Options& cache = {});

  Task<Result<Identity>> authorize(const http::Request& request, const RouteContext& route,
                                   Instant now) const override;

 private:
  Task<Result<Identity>> verify(std::string_view token, crypto::KeySet keys, Instant now) const;

  const JwtPolicy policy_;
  const std::shared_ptr<KeySource> keys_;
  mutable TokenCache cache_;
};

}  // namespace tintype::gateway
