#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace tintype::gateway {

/// Counts failures per key and says when somebody has had enough of them: at most `failures_max`
/// within `window` of the first one. Bounded: beyond `keys_max`, the oldest is forgotten.
/// In memory, so each node counts for itself. Thread-safe.
class Throttle {
 public:
  struct Options {
    std::size_t failures_max = 10;
    std::chrono::seconds window{300};
    std::size_t keys_max = 10'000;
  };
  explicit Throttle(Options options) : options_(options) {}

  /// How long `key` must wait; nothing if it may try.
  std::optional<std::chrono::seconds> wait_of(const std::string& key, Instant now);
  void failed(const std::string& key, Instant now);
  void succeeded(const std::string& key);

 private:
  struct Count {
    std::size_t failures = 0;
    Instant begin;
  };
  void make_room_locked(Instant now);

  const Options options_;
  std::mutex mutex_;  // Guards all below.
  std::unordered_map<std::string, Count> counts_;
};

}  // namespace tintype::gateway
