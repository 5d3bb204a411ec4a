#pragma once

#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "crypto/jose.h"

namespace tintype::gateway {

/// Where the public keys of an issuer come from. Thread-safe.
class KeySource {
 public:
  virtual ~KeySource() = default;
  /// The keys now. `unavailable` if there are none, or none that may still be trusted.
  virtual Task<Result<crypto::KeySet>> keys(Instant now) = 0;
  /// For a token whose `kid` is not in `seen`: a newer set, or `seen` itself if there is none.
  virtual Task<Result<crypto::KeySet>> newer_keys(std::string_view kid, const crypto::KeySet& seen,
                                                  Instant now) = 0;
};

/// Keys that stay what they are.
class FixedKeys final : public KeySource {
 public:
  explicit FixedKeys(crypto::KeySet keys) : keys_(std::move(keys)) {}
  Task<Result<crypto::KeySet>> keys(Instant) override { co_return keys_; }
  Task<Result<crypto::KeySet>> newer_keys(std::string_view, const crypto::KeySet&,
                                          Instant) override {
    co_return keys_;
  }

 private:
  const crypto::KeySet keys_;
};

}  // namespace tintype::gateway
