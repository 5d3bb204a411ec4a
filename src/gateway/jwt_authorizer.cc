#include "gateway/jwt_authorizer.h"

#include <utility>

#include "base/assert.h"
#include "gateway/bearer.h"

namespace tintype::gateway {

JwtAuthorizer::JwtAuthorizer(JwtPolicy policy, std::shared_ptr<KeySource> keys,
                             const TokenCache::Options& cache)
    : policy_(std::move(policy)), keys_(std::move(keys)), cache_(cache) {
  ASSERT(!policy_.issuer.empty());
  ASSERT(!policy_.audiences.empty());
  ASSERT(policy_.clock_skew_max >= std::chrono::seconds(0));
}

Task<Result<Identity>> JwtAuthorizer::authorize(const http::Request& request, const RouteContext&,
                                                Instant now) const {
  CO_TRY_LET(const std::string token, bearer_token(request));
  CO_TRY_LET(crypto::KeySet keys, co_await keys_->keys(now));
  if (const auto known = cache_.find(token, keys, now)) co_return *known;
  co_return co_await verify(token, std::move(keys), now);
}

Task<Result<Identity>> JwtAuthorizer::verify(std::string_view token, crypto::KeySet keys,
                                             Instant now) const {
  auto identity = verify_jwt(token, keys, policy_, now);
  if (!identity && identity.error().code == ErrorCode::not_found) {
    CO_TRY_LET(const std::string kid, crypto::kid_of(token));
    CO_TRY_LET(crypto::KeySet newer, co_await keys_->newer_keys(kid, keys, now));
    if (newer != keys) {
      keys = std::move(newer);
      identity = verify_jwt(token, keys, policy_, now);
    }
  }
  if (!identity)  // A key that nobody has is a token that nobody made.
    co_return fail(identity.error().code == ErrorCode::not_found ? ErrorCode::unauthenticated
                                                                 : identity.error().code,
                   std::move(identity).error().message);
  cache_.insert(token, keys, *identity, now);
  co_return identity;
}

}  // namespace tintype::gateway
