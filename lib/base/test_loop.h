#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/task.h"

namespace tintype::test {

/// A Loop that the test drives: work runs inside run_until, time moves by advance alone. post() is
/// thread-safe, the rest is the test's thread's.
class TestLoop final : public Loop {
 public:
  TestLoop() { set_current(this); }
  ~TestLoop() override { set_current(nullptr); }
  TestLoop(const TestLoop&) = delete;
  TestLoop& operator=(const TestLoop&) = delete;

  void post(std::move_only_function<void()> work) override {
    const std::lock_guard lock(mutex_);
    ready_.push_back(std::move(work));
    arrived_.notify_one();
  }
  void post_after(std::chrono::milliseconds delay, std::move_only_function<void()> work) override {
    const std::lock_guard lock(mutex_);
    timers_.emplace(now_ + delay, std::move(work));
  }

  /// Moves the time on; what is due becomes ready.
  void advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    while (!timers_.empty() && timers_.begin()->first <= now_) {
      ready_.push_back(std::move(timers_.begin()->second));
      timers_.erase(timers_.begin());
    }
  }

  /// Runs what is ready and what other threads post until `done`; false if nothing comes any more.
  bool run_until(const std::function<bool()>& done) {
    constexpr std::chrono::seconds kPatience{20};  // Of a test that has failed already.
    while (!done()) {
      std::move_only_function<void()> work;
      {
        std::unique_lock lock(mutex_);
        if (!arrived_.wait_for(lock, kPatience, [this] { return !ready_.empty(); })) return false;
        work = std::move(ready_.front());
        ready_.pop_front();
      }
      work();
    }
    return true;
  }

  /// Runs what is ready now.
  void run_ready() {
    run_until([this] {
      const std::lock_guard lock(mutex_);
      return ready_.empty();
    });
  }

  /// Runs `task` to its end.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> value;
    start(std::move(task), [&value](T result) { value.emplace(std::move(result)); });
    ASSERT(run_until([&value] { return value.has_value(); }));
    return *std::move(value);
  }

 private:
  std::mutex mutex_;  // Guards all below.
  std::condition_variable arrived_;
  std::deque<std::move_only_function<void()>> ready_;
  std::chrono::milliseconds now_{0};
  std::multimap<std::chrono::milliseconds, std::move_only_function<void()>> timers_;
};

}  // namespace tintype::test
