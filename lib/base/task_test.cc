#include "base/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "base/result.h"
#include "base/test_loop.h"

namespace tintype {
namespace {

Task<int> give(int value) { co_return value; }
Task<int> add(int a, int b) { co_return co_await give(a) + co_await give(b); }
Task<Result<int>> half_of(int number) {
  if (number % 2 != 0) co_return fail(ErrorCode::invalid_argument, "odd");
  co_return number / 2;
}
Task<Result<int>> quarter_of(int number) {
  CO_TRY_LET(const int half, co_await half_of(number));
  CO_TRY(co_await half_of(half));
  co_return half / 2;
}
Task<void> note(std::string& log, std::string text) {
  log += text;
  co_return;
}
Task<int> throw_something() {
  throw std::runtime_error("thrown");
  co_return 0;
}
Task<std::string> catch_it() {
  try {
    co_await throw_something();
  } catch (const std::runtime_error& error) {
    co_return error.what();
  }
  co_return "nothing";
}
Task<std::unique_ptr<int>> give_pointer() { co_return std::make_unique<int>(7); }

TEST(Task, GivesItsValueToItsAwaiter) {
  test::TestLoop loop;
  EXPECT_EQ(loop.run(add(3, 4)), 7);
  EXPECT_EQ(*loop.run(give_pointer()), 7);
}

TEST(Task, CarriesErrors) {
  test::TestLoop loop;
  EXPECT_EQ(*loop.run(quarter_of(8)), 2);
  EXPECT_EQ(loop.run(quarter_of(7)).error().message, "odd");
  EXPECT_EQ(loop.run(quarter_of(6)).error().message, "odd");
}

TEST(Task, CarriesExceptionsToItsAwaiter) {
  test::TestLoop loop;
  EXPECT_EQ(loop.run(catch_it()), "thrown");
}

TEST(Task, StartsWhenItIsAwaited) {
  std::string log;
  {
    const Task<void> never = note(log, "never");
    Task<void> moved = note(log, "once");
    Task<void> target = std::move(moved);
    log += "before ";
    start(std::move(target), [&log] { log += " done"; });
  }
  EXPECT_EQ(log, "before once done");
}

Task<int> count_down(int from) {
  if (from == 0) co_return 0;
  co_return 1 + co_await count_down(from - 1);
}

TEST(Task, MayBeNested) {
  test::TestLoop loop;
  EXPECT_EQ(loop.run(count_down(1000)), 1000);
}

TEST(Loop, IsKnownToItsThread) {
  EXPECT_EQ(Loop::current(), nullptr);
  {
    test::TestLoop loop;
    EXPECT_EQ(Loop::current(), &loop);
  }
  EXPECT_EQ(Loop::current(), nullptr);
}

}  // namespace
}  // namespace tintype
