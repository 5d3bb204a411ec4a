// Between those who ask a function and the processes that work for it:
//
//   invoke ──▶ [ waiting, bounded ] ──▶ next ──▶ process ──▶ answer ──▶ invoke comes back
//
// Each process has a slot, and at most one invocation at a time. What a process leaves unanswered
// when it ends, or when its time is over, has failed.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/signal.h"
#include "gateway/function_client.h"

namespace tintype::gateway {

/// Thread-safe. Must outlive whoever waits in it; stop() sends them away.
class LambdaQueue {
 public:
  struct Options {
    std::size_t slots = 1;
    std::size_t waiting_max = 256;               ///< More are `unavailable` at once.
    std::chrono::milliseconds time_max{29'000};  ///< From invoke() to the answer.
    /// Called for the slot whose invocation ran out of time, without a lock; must not block.
    std::function<void(std::size_t slot)> overdue;
  };
  explicit LambdaQueue(Options options);

  /// As FunctionClient::invoke.
  Task<FunctionAnswer> invoke(Invocation invocation);

  /// What a process is given.
  struct Work {
    std::string id;
    std::string payload;
    std::string traceparent;
    std::chrono::milliseconds left;  ///< Until its time is over.
  };
  /// The next work for the process of `slot`, when there is some; nothing if the process ended
  /// meanwhile, asked again, or stop() was called. An invocation that it still had has failed.
  Task<std::optional<Work>> next(std::size_t slot);
  /// False if `slot` does not work on `id` (any more).
  bool answer(std::size_t slot, std::string_view id, FunctionAnswer answer);
  void process_ended(std::size_t slot, const std::string& how);

  /// Whoever waits, or comes later, is `unavailable`.
  void stop();

 private:
  using SteadyClock = std::chrono::steady_clock;
  struct Pending {
    std::string id;
    Invocation invocation;
    SteadyClock::time_point deadline;
    std::optional<FunctionAnswer> answer;  // Under the queue's mutex.
    Signal answered;
  };
  using PendingPtr = std::shared_ptr<Pending>;  // Shared by its caller, the list and its slot.
  struct Slot {
    PendingPtr current;
    std::uint64_t call = 0;  // Counts calls of next() and ends of processes; the last one holds.
  };

  /// Its answer, or that there is none in time.
  FunctionAnswer conclude(const PendingPtr& pending);
  std::optional<Work> take_locked(Slot& slot);
  static void finish_locked(Pending& pending, FunctionAnswer answer);

  const Options options_;
  std::mutex mutex_;  // Guards all below but arrived_.
  std::deque<PendingPtr> waiting_;
  std::vector<Slot> slots_;
  bool stopped_ = false;
  Signal arrived_;
};

}  // namespace tintype::gateway
