#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "gateway/rate.h"

namespace tintype::gateway {

/// What a bucket says to one request.
struct Standing {
  bool allowed = true;
  std::int64_t remaining = 0;           ///< Tokens left after this request.
  std::chrono::seconds full_in{0};      ///< Until nothing is missing, if nobody asks meanwhile.
  std::chrono::seconds retry_after{0};  ///< Until there is a token again; 0 if it was allowed.
};

/// A token bucket for each key: `burst` tokens, one more each interval, one for each request; no
/// token, no request. A bucket is kept as the instant at which it will be full again (the generic
/// cell rate algorithm of ATM Forum's Traffic Management 4.0, virtual scheduling), so nothing runs
/// between requests.
///
/// Bounded: beyond `keys_max` the bucket that was not used for longest is forgotten. Nobody gains
/// by that: a new key begins with no more tokens than the emptiest forgotten one would have now, so
/// whoever makes many keys to have his own forgotten finds it again as he left it.
///
/// In memory, so each node counts for itself. Thread-safe.
class TokenBuckets {
 public:
  static constexpr std::size_t kKeysMax = 20'000;  ///< About 4 MiB with keys of 64 bytes.

  explicit TokenBuckets(Rate rate, std::size_t keys_max = kKeysMax);

  /// Takes a token of `key`'s bucket if there is one. A refused request costs nothing.
  Standing take(std::string_view key, Instant now);

  const Rate& rate() const { return rate_; }
  std::size_t count() const;

 private:
  using Nanoseconds = std::chrono::nanoseconds;
  struct Bucket {
    std::string key;
    Nanoseconds full_at;  // Since the epoch.
  };

  Bucket& find_locked(std::string_view key);

  const Rate rate_;
  const std::size_t keys_max_;
  mutable std::mutex mutex_;   // Guards all below.
  std::list<Bucket> buckets_;  // Used last first.
  std::unordered_map<std::string_view, std::list<Bucket>::iterator>
      places_;                        // Keys are in the list.
  Nanoseconds forgotten_full_at_{0};  // The latest `full_at` of a forgotten bucket.
};

}  // namespace tintype::gateway
