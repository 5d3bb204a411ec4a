// Task<T> is a coroutine that produces a T later. It starts when it is awaited, runs on the loop of
// whoever awaits it, and belongs to its awaiter: destroying a Task destroys its frame.
//
// Two rules keep coroutines safe. A lambda that captures must not be a coroutine (its captures die
// with the lambda, not with the frame). A reference parameter must outlive the awaiting expression.
//
// Loop is the thread that runs network code. Whoever leaves it (for the blocking pool, a timer, a
// signal) comes back to it through post(). lib/http owns the real ones.
#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace tintype {

/// A thread that runs callbacks in the order in which they were posted.
class Loop {
 public:
  virtual ~Loop() = default;
  /// Runs `work` on the loop's thread, soon. Thread-safe.
  virtual void post(std::move_only_function<void()> work) = 0;
  /// Runs `work` on the loop's thread after `delay`; dropped if the loop ends before. Thread-safe.
  virtual void post_after(std::chrono::milliseconds delay,
                          std::move_only_function<void()> work) = 0;

  /// The loop that runs the calling thread, or null.
  static Loop* current();
  /// Marks the calling thread as run by `loop` (null: by none).
  static void set_current(Loop* loop);
};

template <class T>
class Task;

namespace detail {

struct TaskPromiseBase {
  std::coroutine_handle<> awaiter = std::noop_coroutine();

  std::suspend_always initial_suspend() noexcept { return {}; }

  struct Finish {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) noexcept {
      return done.promise().awaiter;
    }
    void await_resume() noexcept {}
  };
  Finish final_suspend() noexcept { return {}; }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::variant<std::monostate, T, std::exception_ptr> outcome;

  Task<T> get_return_object();
  template <class U>
  void return_value(U&& value) {
    outcome.template emplace<1>(std::forward<U>(value));
  }
  void unhandled_exception() { outcome.template emplace<2>(std::current_exception()); }
  T take() {
    if (outcome.index() == 2) std::rethrow_exception(std::get<2>(outcome));
    return std::move(std::get<1>(outcome));
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  std::exception_ptr exception;

  Task<void> get_return_object();
  void return_void() {}
  void unhandled_exception() { exception = std::current_exception(); }
  void take() {
    if (exception) std::rethrow_exception(exception);
  }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type =
      detail::TaskPromise<T>;  // NOLINT(readability-identifier-naming): C++'s name.

  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (frame_) frame_.destroy();
      frame_ = std::exchange(other.frame_, nullptr);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    frame_.promise().awaiter = awaiter;
    return frame_;
  }
  T await_resume() { return frame_.promise().take(); }

 private:
  std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

/// A frame that starts at once and destroys itself at its end.
struct Detached {
  struct promise_type {  // NOLINT(readability-identifier-naming): C++'s name.
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

template <class T, class Done>
Detached run_detached(Task<T> task, Done done) {
  if constexpr (std::is_void_v<T>) {
    co_await task;
    done();
  } else {
    done(co_await task);
  }
}

}  // namespace detail

/// Starts `task` on the calling thread and calls `done` with its value when it has one, on
/// whichever thread it ends. The task must not end by an exception.
template <class T, class Done>
void start(Task<T> task, Done done) {
  detail::run_detached(std::move(task), std::move(done));
}

}  // namespace tintype
