#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/task.h"

namespace tintype::edge {

/// The calling thread as a Loop, for tests. Time stands still: what was to happen after a delay
/// happens at once if `timers_fire`, or else never.
class TestLoop final : public Loop {
 public:
  bool timers_fire = false;

  void post(std::move_only_function<void()> work) override {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
    arrived_.notify_one();  // Under the lock: once `work` ran, the loop may be gone.
  }
  void post_after(std::chrono::milliseconds, std::move_only_function<void()> work) override {
    if (timers_fire) post(std::move(work));
  }

  /// Starts all tasks, in order, before any of them goes on; returns when the last one has ended.
  template <class T>
  std::vector<T> run_all(std::vector<Task<T>> tasks) {
    Loop::set_current(this);
    std::vector<std::optional<T>> values(tasks.size());
    std::size_t left = tasks.size();
    for (std::size_t i = 0; i < tasks.size(); ++i)
      start(std::move(tasks[i]), [&values, &left, i](T value) {
        values[i].emplace(std::move(value));
        --left;
      });
    while (left > 0) take()();
    Loop::set_current(nullptr);
    std::vector<T> results;
    for (auto& value : values) results.push_back(*std::move(value));
    return results;
  }

  template <class T>
  T run(Task<T> task) {
    std::vector<Task<T>> tasks;
    tasks.push_back(std::move(task));
    return std::move(run_all(std::move(tasks)).front());
  }

 private:
  std::move_only_function<void()> take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !posted_.empty(); });
    auto work = std::move(posted_.front());
    posted_.pop_front();
    return work;
  }

  std::mutex mutex_;  // Guards all below.
  std::condition_variable arrived_;
  std::deque<std::move_only_function<void()>> posted_;
};

}  // namespace tintype::edge
