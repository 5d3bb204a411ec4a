#include "base/blocking_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "base/test_loop.h"

namespace tintype {
namespace {

/// Where a piece of work ran, and where its awaiter went on.
struct Threads {
  std::thread::id worked;
  std::thread::id resumed;
};

Result<std::thread::id> own_id() { return std::this_thread::get_id(); }

Task<Result<Threads>> visit(BlockingPool& pool) {
  CO_TRY_LET(const auto worked, co_await pool.run(own_id));
  co_return Threads{worked, std::this_thread::get_id()};
}

Task<Result<std::string>> join(BlockingPool& pool, std::string a, std::string b) {
  co_return co_await pool.run([&]() -> Result<std::string> { return a + b; });
}

Task<Status> deny(BlockingPool& pool) {
  co_return co_await pool.run([]() -> Status { return fail(ErrorCode::denied, "no"); });
}

TEST(BlockingPool, WorksElsewhereAndComesBack) {
  test::TestLoop loop;
  BlockingPool pool({.threads = 2});
  const auto threads = loop.run(visit(pool));
  ASSERT_TRUE(threads);
  EXPECT_NE(threads->worked, std::this_thread::get_id());
  EXPECT_EQ(threads->resumed, std::this_thread::get_id());
}

TEST(BlockingPool, CarriesValuesAndErrors) {
  test::TestLoop loop;
  BlockingPool pool({.threads = 1});
  EXPECT_EQ(*loop.run(join(pool, std::string(100, 'a'), "b")), std::string(100, 'a') + "b");
  EXPECT_EQ(loop.run(deny(pool)).error().code, ErrorCode::denied);
}

TEST(BlockingPool, RefusesWhatIsTooMuch) {
  test::TestLoop loop;
  std::latch busy(1);
  std::latch release(1);
  std::atomic<int> ran = 0;
  {
    BlockingPool pool({.threads = 1, .waiting_max = 2});
    ASSERT_TRUE(pool.try_post([&] {
      busy.count_down();
      release.wait();
    }));
    busy.wait();  // The one thread has taken it: nothing waits now.
    EXPECT_TRUE(pool.try_post([&] { ++ran; }));
    EXPECT_TRUE(pool.try_post([&] { ++ran; }));
    EXPECT_FALSE(pool.try_post([&] { ++ran; }));
    EXPECT_EQ(loop.run(visit(pool)).error().code, ErrorCode::unavailable);
    release.count_down();
  }
  EXPECT_EQ(ran, 2);  // What was accepted was done before the pool ended.
}

TEST(BlockingPool, ServesManyAtOnce) {
  test::TestLoop loop;
  BlockingPool pool({.threads = 4});
  int done = 0;
  for (int i = 0; i < 200; ++i)
    start(visit(pool), [&done](const Result<Threads>& threads) {
      if (threads) ++done;
    });
  EXPECT_TRUE(loop.run_until([&done] { return done == 200; }));
}

TEST(BlockingPool, NeedsNoLoopToPost) {
  std::latch ran(1);
  BlockingPool pool({.threads = 1});
  EXPECT_TRUE(pool.try_post([&ran] { ran.count_down(); }));
  ran.wait();
}

/// Threads are woken one by the other: none may be forgotten.
TEST(BlockingPool, HasAllItsThreadsWorkWhereWorkWaits) {
  constexpr int kThreads = 8;
  for (int round = 0; round < 200; ++round) {
    std::latch all_there(kThreads);
    std::latch done(kThreads);
    BlockingPool pool({.threads = kThreads});  // Ends before what its threads still hold.
    for (int i = 0; i < kThreads; ++i)
      ASSERT_TRUE(pool.try_post([&] {
        all_there.arrive_and_wait();  // Comes back only if every thread is here.
        done.count_down();
      }));
    done.wait();
  }
}

TEST(BlockingPool, DoesWhatManyThreadsAskFor) {
  constexpr int kAskers = 4;
  constexpr int kEach = 5000;
  std::atomic<int> ran = 0;
  {
    BlockingPool pool({.threads = 3, .waiting_max = std::size_t{kAskers} * kEach});
    std::vector<std::jthread> askers;
    for (int a = 0; a < kAskers; ++a)
      askers.emplace_back([&] {
        for (int i = 0; i < kEach; ++i) EXPECT_TRUE(pool.try_post([&] { ++ran; }));
      });
  }
  EXPECT_EQ(ran, kAskers * kEach);
}

}  // namespace
}  // namespace tintype
