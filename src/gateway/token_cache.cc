#include "gateway/token_cache.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::gateway {

namespace {

/// What an entry takes, roughly: the cache is bounded by it.
std::size_t size_of(const Identity& identity) {
  constexpr std::size_t kOverhead = 512;  // The entry, its place in list and map, and small texts.
  std::size_t size = kOverhead + identity.subject.size() + identity.issuer.size() +
                     identity.client_id.size() + identity.claims_json.size();
  for (const std::string& scope : identity.scopes) size += sizeof(scope) + scope.size();
  return size;
}

}  // namespace

TokenCache::TokenCache(Options options) : kept_max_(options.kept_max) {
  for (auto& shard : shards_) shard = std::make_unique<Shard>(options.bytes_max / kShards);
}

TokenCache::Shard& TokenCache::shard_of(std::string_view digest) {
  return *shards_.at(static_cast<unsigned char>(digest.front()) % kShards);
}

std::shared_ptr<const Identity> TokenCache::find(std::string_view token, const crypto::KeySet& keys,
                                                 Instant now) {
  const std::string digest = crypto::sha256(as_bytes(token));
  const auto found = shard_of(digest).find(digest);
  if (!found || (*found)->keys != keys || now >= (*found)->until) return nullptr;
  return {*found, &(*found)->identity};
}

void TokenCache::insert(std::string_view token, const crypto::KeySet& keys,
                        const Identity& identity, Instant now) {
  const Instant until = std::min(identity.expires_at, now + kept_max_);
  if (until <= now) return;
  std::string digest = crypto::sha256(as_bytes(token));
  Shard& shard = shard_of(digest);
  shard.insert(
      digest,
      std::make_shared<const Entry>(Entry{.keys = keys, .until = until, .identity = identity}),
      size_of(identity));
}

}  // namespace tintype::gateway
