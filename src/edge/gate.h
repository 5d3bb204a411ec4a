#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <utility>

#include "base/result.h"
#include "base/signal.h"
#include "base/task.h"

namespace tintype::edge {

/// Lets a bounded number of coroutines in at a time; the others wait, a bounded number too.
/// Thread-safe. Must outlive its passes and those who wait.
class Gate {
 public:
  struct Options {
    std::size_t inside_max;
    std::size_t waiting_max;
    std::chrono::milliseconds standstill_max;  ///< How long one waits while nobody leaves.
  };

  /// The right to be inside, until it is destroyed.
  class Pass {
   public:
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }

   private:
    friend class Gate;
    explicit Pass(Gate* gate) : gate_(gate) {}
    Gate* gate_;
  };

  explicit Gate(Options options) : options_(options) {}

  /// `unavailable` if too many wait already, or if nobody left for too long.
  Task<Result<Pass>> enter();

 private:
  /// True if there was room.
  bool try_enter();
  void leave();

  const Options options_;
  Signal left_;
  std::mutex mutex_;  // Guards all below.
  std::size_t inside_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace tintype::edge
