#include "gateway/throttle.h"

#include <algorithm>

namespace tintype::gateway {

std::optional<std::chrono::seconds> Throttle::wait_of(const std::string& key, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto at = counts_.find(key);
  if (at == counts_.end()) return std::nullopt;
  const Instant end = at->second.begin + options_.window;
  if (now >= end) {
    counts_.erase(at);
    return std::nullopt;
  }
  if (at->second.failures < options_.failures_max) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(end - now);
}

void Throttle::failed(const std::string& key, Instant now) {
  const std::lock_guard lock(mutex_);
  if (!counts_.contains(key) && counts_.size() >= options_.keys_max) make_room_locked(now);
  Count& count = counts_[key];
  if (count.failures == 0 || now >= count.begin + options_.window)
    count = {.failures = 0, .begin = now};
  ++count.failures;
}

void Throttle::succeeded(const std::string& key) {
  const std::lock_guard lock(mutex_);
  counts_.erase(key);
}

void Throttle::make_room_locked(Instant now) {
  std::erase_if(counts_,
                [&](const auto& entry) { return now >= entry.second.begin + options_.window; });
  if (counts_.size() < options_.keys_max) return;
  counts_.erase(
      std::ranges::min_element(counts_, {}, [](const auto& entry) { return entry.second.begin; }));
}

}  // namespace tintype::gateway
