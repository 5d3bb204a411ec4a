#include "base/lru.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace tintype {
namespace {

TEST(Lru, FindsWhatWasInserted) {
  Lru<std::string, int> lru(10);
  lru.insert("a", 1, 4);
  lru.insert("b", 2, 4);

  EXPECT_EQ(lru.find("a"), 1);
  EXPECT_EQ(lru.find("b"), 2);
  EXPECT_EQ(lru.find("c"), std::nullopt);
  EXPECT_EQ(lru.count(), 2U);
  EXPECT_EQ(lru.size_bytes(), 8U);
}

TEST(Lru, DropsWhatWasNotUsedForLongest) {
  Lru<std::string, int> lru(3);
  lru.insert("a", 1, 1);
  lru.insert("b", 2, 1);
  lru.insert("c", 3, 1);
  (void)lru.find("a");
  lru.insert("d", 4, 1);

  EXPECT_EQ(lru.find("b"), std::nullopt);
  EXPECT_EQ(lru.find("a"), 1);
  EXPECT_EQ(lru.find("c"), 3);
  EXPECT_EQ(lru.find("d"), 4);
}

TEST(Lru, KeepsToItsBoundFromBothSides) {
  const struct {
    const char* name;
    std::size_t size_bytes;
    std::size_t count;
    std::size_t size_bytes_after;
  } cases[] = {
      {"fits beside", 4, 3, 10},
      {"one byte more drops the oldest", 5, 2, 9},
      {"drops several", 8, 1, 8},
      {"takes all", 10, 1, 10},
      {"larger than the bound is not kept and drops nothing", 11, 2, 6},
      {"so large that a sum would wrap around", SIZE_MAX, 2, 6},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Lru<int, int> lru(10);
    lru.insert(1, 1, 2);
    lru.insert(2, 2, 4);

    lru.insert(3, 3, c.size_bytes);

    EXPECT_EQ(lru.count(), c.count);
    EXPECT_EQ(lru.size_bytes(), c.size_bytes_after);
  }
}

TEST(Lru, ReplacesAKeysValueAndSize) {
  Lru<std::string, int> lru(10);
  lru.insert("a", 1, 9);
  lru.insert("a", 2, 3);

  EXPECT_EQ(lru.find("a"), 2);
  EXPECT_EQ(lru.size_bytes(), 3U);

  // A replacement that is too large leaves no older value behind: it would be stale.
  lru.insert("a", 3, 11);
  EXPECT_EQ(lru.find("a"), std::nullopt);
  EXPECT_EQ(lru.size_bytes(), 0U);
}

TEST(Lru, ErasesAndForgets) {
  Lru<std::string, int> lru(10);
  lru.insert("a", 1, 4);
  lru.erase("a");
  lru.erase("never there");

  EXPECT_EQ(lru.count(), 0U);
  EXPECT_EQ(lru.size_bytes(), 0U);
}

TEST(Lru, IsThreadSafe) {
  Lru<int, int> lru(50);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&lru, t] {
        for (int i = 0; i < 2000; ++i) {
          const int key = (i * 7 + t) % 100;
          if (const auto value = lru.find(key)) EXPECT_EQ(*value, key);
          lru.insert(key, key, 1);
          if (i % 11 == 0) lru.erase(key);
        }
      });
  }
  EXPECT_LE(lru.size_bytes(), 50U);
  EXPECT_EQ(lru.size_bytes(), lru.count());
}

}  // namespace
}  // namespace tintype
