#include "gateway/token_buckets.h"

#include <algorithm>

#include "base/assert.h"

namespace tintype::gateway {

TokenBuckets::TokenBuckets(Rate rate, std::size_t keys_max) : rate_(rate), keys_max_(keys_max) {
  ASSERT(rate_.count >= 1);
  ASSERT(rate_.burst >= 1);
  ASSERT(keys_max_ >= 1);
}

TokenBuckets::Bucket& TokenBuckets::find_locked(std::string_view key) {
  if (const auto found = places_.find(key); found != places_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
    return buckets_.front();
  }
  if (places_.size() >= keys_max_) {
    forgotten_full_at_ = std::max(forgotten_full_at_, buckets_.back().full_at);
    places_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  buckets_.push_front({.key = std::string(key), .full_at = forgotten_full_at_});
  places_.emplace(buckets_.front().key, buckets_.begin());
  return buckets_.front();
}

Standing TokenBuckets::take(std::string_view key, Instant at) {
  const Nanoseconds now = at.time_since_epoch();
  const Nanoseconds interval = rate_.interval();
  const Nanoseconds depth = interval * rate_.burst;
  const std::lock_guard lock(mutex_);
  Bucket& bucket = find_locked(key);
  // A clock that was set back must not lock anybody out for longer than an empty bucket does.
  const Nanoseconds missing = std::clamp(bucket.full_at - now, Nanoseconds(0), depth);
  const bool allowed = missing + interval <= depth;
  const Nanoseconds after = allowed ? missing + interval : missing;
  bucket.full_at = now + after;
  using std::chrono::ceil;
  using std::chrono::seconds;
  return {.allowed = allowed,
          .remaining = (depth - after) / interval,
          .full_in = ceil<seconds>(after),
          .retry_after = allowed ? seconds(0)
                                 : std::max(seconds(1), ceil<seconds>(missing + interval - depth))};
}

std::size_t TokenBuckets::count() const {
  const std::lock_guard lock(mutex_);
  return places_.size();
}

}  // namespace tintype::gateway
