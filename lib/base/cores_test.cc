#include "base/cores.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace tintype {
namespace {

TEST(UsableCores, AreThoseThatTheProcessMayRunOn) {
  const std::size_t all = usable_cores();
  EXPECT_GE(all, 1U);
  std::size_t pinned = 0;
  // On a thread of its own, whose affinity ends with it.
  std::thread([&pinned] {
    cpu_set_t mine;
    ASSERT_EQ(::sched_getaffinity(0, sizeof(mine), &mine), 0);
    int first = 0;
    while (!CPU_ISSET(first, &mine)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof(one), &one), 0);
    pinned = usable_cores();
  }).join();
  EXPECT_EQ(pinned, 1U);
  EXPECT_EQ(usable_cores(), all);
}

}  // namespace
}  // namespace tintype
