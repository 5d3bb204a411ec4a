#pragma once

#include <coroutine>
#include <utility>

#include "base/assert.h"
#include "base/task.h"

namespace tintype {

/// A Task that runs beside the coroutine that started it, which must wait for its end before what
/// the task refers to goes away. Bound to one loop's thread.
class Beside {
 public:
  Beside() = default;
  ~Beside() { ASSERT(!running_); }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  /// Runs `task` until it first waits. It must not end by an exception.
  void run(Task<void> task) {
    ASSERT(!running_);
    running_ = true;
    start(std::move(task), [this] {
      running_ = false;
      if (waiter_) std::exchange(waiter_, nullptr).resume();
    });
  }
  bool running() const { return running_; }

  /// `co_await beside.end()` comes back when the task has ended. One waiter at a time.
  auto end() {
    struct End {
      Beside& beside;
      bool await_ready() const noexcept { return !beside.running_; }
      void await_suspend(std::coroutine_handle<> frame) const noexcept {
        ASSERT(!beside.waiter_);
        beside.waiter_ = frame;
      }
      void await_resume() const noexcept {}
    };
    return End{*this};
  }

 private:
  bool running_ = false;
  std::coroutine_handle<> waiter_;
};

}  // namespace tintype
