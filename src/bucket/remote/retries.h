#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <utility>

namespace tintype::bucket {

struct RetryOptions {
  int attempts_max = 5;
  std::chrono::milliseconds delay_min{100};
  std::chrono::milliseconds delay_max{5'000};
  /// After so many attempts in a row without an answer, one request in `rest` is let through.
  int silences_max = 16;
  std::chrono::milliseconds rest{5'000};
  /// Waits; the thread sleeps if it is empty.
  std::function<void(std::chrono::milliseconds)> pause = {};
};

/// When to try again: exponential back-off with full jitter, so that those who failed together do
/// not come back together, and a budget, so that a server in trouble is not asked five times as
/// much. And when not to begin: one that does not answer at all would otherwise keep every thread
/// waiting for it. Thread-safe.
/// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
class Retries {
 public:
  explicit Retries(RetryOptions options) : options_(std::move(options)) {}

  /// Before the first attempt: false while the server is left alone.
  bool may_begin();
  /// Of each attempt: whether any answer came.
  void ended(bool answered);
  /// After attempt `number` (1 and up) failed: waits, and says true; false if it was the last one.
  bool again(int number);
  /// Of a request that succeeded: gives back some of the budget.
  void succeeded();

 private:
  static constexpr int kBudget = 500;
  static constexpr int kCost = 5;

  const RetryOptions options_;
  std::mutex mutex_;  // Guards all below.
  int budget_ = kBudget;
  int silences_ = 0;  // In a row.
  std::chrono::steady_clock::time_point next_begin_{};
};

}  // namespace tintype::bucket
