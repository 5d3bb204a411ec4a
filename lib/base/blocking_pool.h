#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace tintype {

/// Threads for calls that block (SQL, files, libcurl), so that loops never do. Bounded both ways:
/// `threads` at work and `waiting_max` waiting; more is `unavailable`, never memory. Thread-safe.
class BlockingPool {
 public:
  struct Options {
    std::size_t threads = 32;
    std::size_t waiting_max = 4096;
  };

  explicit BlockingPool(Options options);
  /// Finishes what was accepted, then ends the threads.
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// Runs `work` (which returns a Result or Status) on a thread of the pool and comes back to the
  /// calling loop. `unavailable` if the pool is full. Must be awaited on a Loop.
  /// What `work` refers to must outlive the awaiting expression; it does if it is in the frame.
  template <class Work>
  Task<std::invoke_result_t<Work&>> run(Work work) {
    std::optional<std::invoke_result_t<Work&>> result;
    const Offload offload{*this, [&result, &work] { result.emplace(work()); }};
    const bool accepted = co_await offload;
    if (!accepted) co_return fail(ErrorCode::unavailable, "blocking pool: full");
    co_return std::move(*result);
  }

  /// Runs `work` some time; false, and `work` is dropped, if the pool is full.
  bool try_post(std::move_only_function<void()> work);

 private:
  struct Offload {
    BlockingPool& pool;
    std::function<void()> work;
    mutable bool accepted = true;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> frame) const;
    bool await_resume() const noexcept { return accepted; }
  };

  void serve();
  bool must_wake();

  const std::size_t waiting_max_;
  std::mutex mutex_;  // Guards all but threads_.
  std::condition_variable arrived_;
  std::deque<std::move_only_function<void()>> waiting_;
  std::size_t idle_ = 0;  // Threads that wait for work.
  bool waking_ = false;   // One of them was told of some, and has not looked yet.
  bool stopping_ = false;
  std::vector<std::jthread> threads_;  // Last: ends before what it uses.
};

}  // namespace tintype
