#include "base/signal.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

#include "base/test_loop.h"

namespace tintype {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTimeout{15'000};

/// Starts to wait; the answer appears once there is one.
void wait(Signal& signal, std::uint64_t seen, std::optional<bool>& changed) {
  start(signal.wait(seen, kTimeout), [&changed](bool value) { changed = value; });
}

TEST(Signal, WakesEveryWaiter) {
  test::TestLoop loop;
  Signal signal;
  std::optional<bool> first;
  std::optional<bool> second;
  wait(signal, signal.version(), first);
  wait(signal, signal.version(), second);
  loop.run_ready();
  EXPECT_FALSE(first);

  signal.notify();
  loop.run_ready();

  EXPECT_EQ(first, true);
  EXPECT_EQ(second, true);
}

TEST(Signal, DoesNotMissAChangeBeforeTheWait) {
  test::TestLoop loop;
  Signal signal;
  const auto seen = signal.version();
  signal.notify();
  EXPECT_GT(signal.version(), seen);
  std::optional<bool> changed;
  wait(signal, seen, changed);
  EXPECT_EQ(changed, true);  // At once.
}

TEST(Signal, GivesUpAfterItsTime) {
  test::TestLoop loop;
  Signal signal;
  std::optional<bool> changed;
  wait(signal, signal.version(), changed);

  loop.advance(kTimeout - milliseconds(1));
  loop.run_ready();
  EXPECT_FALSE(changed);
  loop.advance(milliseconds(1));
  loop.run_ready();

  EXPECT_EQ(changed, false);
  signal.notify();  // Nobody waits any more.
  loop.run_ready();
}

TEST(Signal, WakesOnceWhereChangeAndTimeMeet) {
  test::TestLoop loop;
  Signal signal;
  for (const bool change_first : {true, false}) {
    SCOPED_TRACE(change_first);
    int woken = 0;
    start(signal.wait(signal.version(), kTimeout), [&woken](bool) { ++woken; });
    if (change_first) signal.notify();
    loop.advance(kTimeout);
    if (!change_first) signal.notify();
    loop.run_ready();
    EXPECT_EQ(woken, 1);
  }
}

Task<int> count_changes(Signal& signal, int wanted) {
  auto seen = signal.version();
  int changes = 0;
  while (changes < wanted) {
    co_await signal.wait(seen, kTimeout);
    const auto now = signal.version();
    changes += static_cast<int>(now - seen);
    seen = now;
  }
  co_return changes;
}

TEST(Signal, CountsChangesOfOtherThreads) {
  test::TestLoop loop;
  Signal signal;
  std::optional<int> changes;
  start(count_changes(signal, 400), [&changes](int count) { changes = count; });
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&signal] {
      for (int i = 0; i < 100; ++i) signal.notify();
    });
  EXPECT_TRUE(loop.run_until([&changes] { return changes.has_value(); }));
  EXPECT_EQ(changes, 400);
}

}  // namespace
}  // namespace tintype
