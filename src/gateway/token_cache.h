#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/lru.h"
#include "crypto/jose.h"
#include "gateway/identity.h"

namespace tintype::gateway {

/// Remembers which tokens were verified, so that a client's next request costs a hash instead of a
/// signature. Holds no token, only its SHA-256. In shards, so that cores seldom meet. Thread-safe.
class TokenCache {
 public:
  struct Options {
    std::size_t bytes_max = std::size_t{16} << 20;  ///< Some 15,000 tokens; the oldest make room.
    std::chrono::seconds kept_max{300};             ///< Then a token is verified anew.
  };

  explicit TokenCache(Options options);

  /// Who `token` was for, if `keys` verified it, it was not kept too long, and it has not expired:
  /// the skew that verify_jwt allows is not for what is remembered. Null otherwise.
  std::shared_ptr<const Identity> find(std::string_view token, const crypto::KeySet& keys,
                                       Instant now);
  void insert(std::string_view token, const crypto::KeySet& keys, const Identity& identity,
              Instant now);

 private:
  static constexpr std::size_t kShards = 16;
  struct Entry {
    crypto::KeySet keys;
    Instant until;
    Identity identity;
  };
  using Shard = Lru<std::string, std::shared_ptr<const Entry>>;  // Shared with who just found it.

  Shard& shard_of(std::string_view digest);

  const std::chrono::seconds kept_max_;
  std::array<std::unique_ptr<Shard>, kShards> shards_;
};

}  // namespace tintype::gateway
