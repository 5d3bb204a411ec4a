#include "edge/gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/blocking_pool.h"
#include "edge/test_loop.h"

namespace tintype::edge {
namespace {

using namespace std::chrono_literals;

struct Crowd {
  Gate gate;
  BlockingPool pool{{.threads = 8, .waiting_max = 100}};
  int inside = 0;  // Touched on the loop only.
  int inside_max = 0;
};

Task<Status> visit(Crowd& crowd) {
  CO_TRY_LET(const Gate::Pass pass, co_await crowd.gate.enter());
  crowd.inside_max = std::max(crowd.inside_max, ++crowd.inside);
  CO_TRY(co_await crowd.pool.run([] { return Status{}; }));
  --crowd.inside;
  co_return Status{};
}

std::vector<Status> visit_at_once(Crowd& crowd, std::size_t count) {
  TestLoop loop;
  std::vector<Task<Status>> tasks;
  for (std::size_t i = 0; i < count; ++i) tasks.push_back(visit(crowd));
  return loop.run_all(std::move(tasks));
}

TEST(Gate, LetsNoMoreInThanItsBound) {
  Crowd crowd{.gate = Gate({.inside_max = 3, .waiting_max = 100, .standstill_max = 1s})};

  for (const Status& status : visit_at_once(crowd, 40)) EXPECT_TRUE(status);
  EXPECT_EQ(crowd.inside_max, 3);
  EXPECT_EQ(crowd.inside, 0);
}

TEST(Gate, RefusesWhenTooManyWait) {
  Crowd crowd{.gate = Gate({.inside_max = 1, .waiting_max = 2, .standstill_max = 1s})};

  const auto exactly = visit_at_once(crowd, 3);
  EXPECT_TRUE(std::ranges::all_of(exactly, [](const Status& s) { return s.has_value(); }));

  const auto one_more = visit_at_once(crowd, 4);
  EXPECT_EQ(std::ranges::count_if(one_more, [](const Status& s) { return !s; }), 1);
  EXPECT_EQ(one_more.back().error().code, ErrorCode::unavailable);
}

TEST(Gate, GivesUpWhenNobodyLeaves) {
  Gate gate({.inside_max = 1, .waiting_max = 2, .standstill_max = 1s});
  TestLoop loop;
  loop.timers_fire = true;

  auto inside = std::optional(loop.run(gate.enter()));
  ASSERT_TRUE(*inside);
  const auto refused = loop.run(gate.enter());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);

  // Those who gave up wait no longer, and room that was left is found.
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(loop.run(gate.enter()).error().code, ErrorCode::unavailable);
  inside.reset();
  EXPECT_TRUE(loop.run(gate.enter()));
}

}  // namespace
}  // namespace tintype::edge
