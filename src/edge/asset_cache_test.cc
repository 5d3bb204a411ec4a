#include "edge/asset_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/blocking_pool.h"
#include "edge/test_loop.h"

namespace tintype::edge {
namespace {

constexpr std::size_t kPictureSize = 1000;

Asset picture(std::size_t size) {
  return {.etag = "\"x\"",
          .format = image::Format::jpeg,
          .modified_at = {},
          .size = size,
          .bytes = std::make_shared<const std::string>(size, 'p'),
          .content = {}};
}

Task<Result<Asset>> load(BlockingPool& pool, std::atomic<int>& loads, Result<Asset> (*make)()) {
  co_return co_await pool.run([&loads, make] {
    ++loads;
    return make();
  });
}

Task<Result<Asset>> load_and_throw() {
  throw std::bad_alloc();
  co_return fail(ErrorCode::internal, "never");
}

/// Catches what a handler's caller would.
Task<bool> get_throws(AssetCache& cache, std::string key) {
  try {
    (void)co_await cache.get(std::move(key), load_and_throw());
  } catch (const std::bad_alloc&) {
    co_return true;
  }
  co_return false;
}

/// Holds a coroutine until it is told to go.
struct Stop {
  std::coroutine_handle<> frame;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) { frame = waiting; }
  void await_resume() const noexcept {}
  void go() const {
    Loop::current()->post([waiting = frame] { waiting.resume(); });
  }
};

Task<Result<Asset>> load_after(Stop& stop) {
  co_await stop;
  co_return picture(1);
}

Task<Result<AssetPtr>> get_then_go(AssetCache& cache, std::string key, const Stop& stop) {
  auto result = co_await cache.get(std::move(key), load_and_throw());
  stop.go();
  co_return result;
}

class AssetCacheTest : public testing::Test {
 protected:
  std::vector<Result<AssetPtr>> get_at_once(AssetCache& cache, std::size_t count,
                                            Result<Asset> (*make)()) {
    std::vector<Task<Result<AssetPtr>>> tasks;
    for (std::size_t i = 0; i < count; ++i)
      tasks.push_back(cache.get("key", load(pool_, loads_, make)));
    return loop_.run_all(std::move(tasks));
  }

  TestLoop loop_;
  BlockingPool pool_{{.threads = 4, .waiting_max = 100}};
  std::atomic<int> loads_ = 0;
};

TEST_F(AssetCacheTest, LoadsOnceForAllWhoAskAtOnce) {
  AssetCache cache(1 << 20);

  const auto results = get_at_once(cache, 50, [] { return Result<Asset>(picture(kPictureSize)); });

  EXPECT_EQ(loads_, 1);
  for (const auto& result : results) {
    ASSERT_TRUE(result);
    EXPECT_EQ(*result, *results.front());
  }
  EXPECT_EQ(cache.find("key"), *results.front());
  EXPECT_EQ(cache.size_bytes(), kPictureSize + AssetCache::kEntryOverhead);
}

TEST_F(AssetCacheTest, TellsAllOfAnErrorAndKeepsNone) {
  AssetCache cache(1 << 20);

  const auto results =
      get_at_once(cache, 5, [] { return Result<Asset>(fail(ErrorCode::not_found, "no")); });
  for (const auto& result : results) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::not_found);
  }
  EXPECT_EQ(loads_, 1);
  EXPECT_EQ(cache.find("key"), nullptr);

  EXPECT_TRUE(get_at_once(cache, 1, [] { return Result<Asset>(picture(1)); }).front());
  EXPECT_EQ(loads_, 2);
}

TEST_F(AssetCacheTest, SharesOpenFilesButKeepsNone) {
  AssetCache cache(1 << 20);
  const auto results = get_at_once(cache, 3, [] {
    Asset large = picture(0);
    large.bytes = nullptr;
    return Result<Asset>(std::move(large));
  });

  EXPECT_EQ(loads_, 1);
  for (const auto& result : results) EXPECT_TRUE(result);
  EXPECT_EQ(cache.find("key"), nullptr);
  EXPECT_EQ(cache.size_bytes(), 0U);
}

TEST_F(AssetCacheTest, KeepsToItsBound) {
  constexpr std::size_t kEach = kPictureSize + AssetCache::kEntryOverhead;
  AssetCache cache(3 * kEach);
  for (int i = 0; i < 10; ++i) {
    const std::string key = std::to_string(i);
    EXPECT_TRUE(loop_.run(
        cache.get(key, load(pool_, loads_, [] { return Result<Asset>(picture(kPictureSize)); }))));
    EXPECT_LE(cache.size_bytes(), 3 * kEach);
  }
  EXPECT_EQ(cache.size_bytes(), 3 * kEach);
  EXPECT_EQ(cache.find("6"), nullptr);
  EXPECT_NE(cache.find("7"), nullptr);
}

TEST_F(AssetCacheTest, LandsWhenALoadThrows) {
  AssetCache cache(1 << 20);
  EXPECT_TRUE(loop_.run(get_throws(cache, "key")));

  EXPECT_TRUE(get_at_once(cache, 1, [] { return Result<Asset>(picture(1)); }).front());
}

TEST_F(AssetCacheTest, GivesUpOnAFlightThatHangs) {
  AssetCache cache(1 << 20);
  loop_.timers_fire = true;
  Stop stop;
  std::vector<Task<Result<AssetPtr>>> tasks;
  tasks.push_back(cache.get("key", load_after(stop)));
  tasks.push_back(get_then_go(cache, "key", stop));
  const auto results = loop_.run_all(std::move(tasks));

  EXPECT_TRUE(results[0]);
  ASSERT_FALSE(results[1]);
  EXPECT_EQ(results[1].error().code, ErrorCode::unavailable);
}

TEST_F(AssetCacheTest, IsThreadSafe) {
  AssetCache cache(4 * (kPictureSize + AssetCache::kEntryOverhead));
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this, &cache] {
      TestLoop loop;
      for (int i = 0; i < 300; ++i)
        EXPECT_TRUE(loop.run(cache.get(std::to_string(i % 8), load(pool_, loads_, [] {
                                         return Result<Asset>(picture(kPictureSize));
                                       }))));
    });
}

}  // namespace
}  // namespace tintype::edge
