#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/task.h"

namespace tintype {

/// Lets coroutines wait until something changed. A version counts the changes, so that a change
/// between looking and waiting is not missed:
///
///   const auto seen = signal.version();
///   ... look at the state ...
///   co_await signal.wait(seen, 15s);   // Returns at once if it changed since.
///
/// Thread-safe. Must outlive its waiters.
class Signal {
 public:
  std::uint64_t version() const;
  /// Tells all waiters of a change.
  void notify();
  /// True if the version moved on from `seen`, false after `timeout`. Comes back on the loop that
  /// waited; must be awaited on a Loop.
  Task<bool> wait(std::uint64_t seen, std::chrono::milliseconds timeout);

 private:
  struct Waiter;
  struct Waiting;

  mutable std::mutex mutex_;  // Guards all below.
  std::uint64_t version_ = 0;
  std::vector<std::shared_ptr<Waiter>> waiters_;  // Shared with the timer of each.
};

}  // namespace tintype
