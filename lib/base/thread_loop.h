#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/task.h"

namespace tintype {

/// A Loop of the thread that makes it, for one that may block and asks something that only comes
/// back to a loop: run() returns when that is done. Whatever is started must come back before the
/// loop goes. post() and post_after() are thread-safe, the rest is the thread's own.
class ThreadLoop final : public Loop {
 public:
  ThreadLoop() : outer_(current()) { set_current(this); }
  ~ThreadLoop() override { set_current(outer_); }
  ThreadLoop(const ThreadLoop&) = delete;
  ThreadLoop& operator=(const ThreadLoop&) = delete;

  void post(std::move_only_function<void()> work) override {
    add(std::chrono::steady_clock::now(), std::move(work));
  }
  void post_after(std::chrono::milliseconds delay, std::move_only_function<void()> work) override {
    add(std::chrono::steady_clock::now() + delay, std::move(work));
  }

  /// Runs `task` to its end.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> value;
    start(std::move(task), [&value](T result) { value.emplace(std::move(result)); });
    while (!value) next()();
    return *std::move(value);
  }

 private:
  using Time = std::chrono::steady_clock::time_point;

  void add(Time due, std::move_only_function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.emplace(due, std::move(work));  // Behind what is due at the same time.
    arrived_.notify_one();
  }
  /// Waits for what is due next.
  std::move_only_function<void()> next() {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (work_.empty()) {
        arrived_.wait(lock);
      } else if (const Time due = work_.begin()->first; due > std::chrono::steady_clock::now()) {
        arrived_.wait_until(lock, due);
      } else {
        return std::move(work_.extract(work_.begin()).mapped());
      }
    }
  }

  Loop* const outer_;
  std::mutex mutex_;  // Guards all below.
  std::condition_variable arrived_;
  std::multimap<Time, std::move_only_function<void()>> work_;
};

}  // namespace tintype
