#include "base/thread_loop.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "base/blocking_pool.h"

namespace tintype {
namespace {

using std::chrono::milliseconds;

/// Comes back to its loop after `delay`.
struct Wait {
  milliseconds delay;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) const {
    Loop::current()->post_after(delay, [awaiter] { awaiter.resume(); });
  }
  void await_resume() const noexcept {}
};

Task<std::string> say(BlockingPool& pool, std::string words, milliseconds delay) {
  const std::thread::id mine = std::this_thread::get_id();
  co_await Wait(delay);
  const Result<std::string> said =
      co_await pool.run([&]() -> Result<std::string> { return words + "!"; });
  EXPECT_EQ(std::this_thread::get_id(), mine);
  co_return said.value_or("");
}

TEST(ThreadLoop, RunsATaskToItsEnd) {
  BlockingPool pool({.threads = 1, .waiting_max = 1});
  ThreadLoop loop;
  EXPECT_EQ(loop.run(say(pool, "now", milliseconds(0))), "now!");
  EXPECT_EQ(loop.run(say(pool, "soon", milliseconds(2))), "soon!");
}

TEST(ThreadLoop, RunsWhatIsDueFirstFirst) {
  ThreadLoop loop;
  std::string order;
  const auto task = [](std::string& told) -> Task<int> {
    Loop::current()->post_after(milliseconds(3), [&told] { told += 'c'; });
    Loop::current()->post([&told] { told += 'a'; });
    Loop::current()->post([&told] { told += 'b'; });
    co_await Wait(milliseconds(6));
    co_return 0;
  };
  loop.run(task(order));
  EXPECT_EQ(order, "abc");
}

TEST(ThreadLoop, GivesTheThreadBackToTheLoopThatRanIt) {
  ThreadLoop outer;
  {
    const ThreadLoop inner;
    EXPECT_EQ(Loop::current(), &inner);
  }
  EXPECT_EQ(Loop::current(), &outer);
}

}  // namespace
}  // namespace tintype
