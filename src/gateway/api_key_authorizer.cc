#include "gateway/api_key_authorizer.h"

#include <utility>

#include "base/assert.h"
#include "base/random.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::gateway {

ApiKeyAuthorizer::ApiKeyAuthorizer(std::vector<Key> keys) : keys_(std::move(keys)) {
  ASSERT(keys_.size() <= kCountMax);
}

Task<Result<Identity>> ApiKeyAuthorizer::authorize(const http::Request& request,
                                                   const RouteContext&, Instant) const {
  const auto values = request.headers.find_all(kHeader);
  if (values.size() != 1)
    co_return fail(ErrorCode::unauthenticated,
                   values.empty() ? "api key: missing" : "api key: there twice");
  if (values.front().empty() || values.front().size() > kKeySizeMax)
    co_return fail(ErrorCode::unauthenticated, "api key: not one of ours");
  const std::string digest = api_key_digest(values.front());
  const Key* found = nullptr;
  for (const Key& key : keys_)  // All of them, so that the time does not tell which.
    if (crypto::equal_in_constant_time(key.sha256, digest)) found = &key;
  if (found == nullptr) co_return fail(ErrorCode::unauthenticated, "api key: not one of ours");
  co_return Identity{.subject = found->owner,
                     .issuer = std::string(kIssuer),
                     .client_id = found->owner,
                     .scopes = found->scopes,
                     .claims_json = {},
                     .context = {},
                     .expires_at = Instant::max()};
}

Secret make_api_key() {
  constexpr std::size_t kRandomBytes = 32;
  return Secret("tt_" + to_base64url(as_bytes(random_bytes(kRandomBytes))));
}

std::string api_key_digest(std::string_view key) { return crypto::sha256(as_bytes(key)); }

}  // namespace tintype::gateway
