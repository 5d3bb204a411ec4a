#include "function/runner.h"

#include <gtest/gtest.h>

#include "function/test_world.h"

namespace tintype::function {
namespace {

TEST(Runner, ServesWhatIsUploadedOnItsOwnThreads) {
  World world(avatars(), true);
  constexpr int kUploads = 8;
  {
    const Runner runner({.threads = 2}, world.queue, world.database, {&world.image, &world.tidy});
    for (int i = 0; i < kUploads; ++i) {
      world.upload("u" + std::to_string(i), "cat " + std::to_string(i));
      world.queue.wake();
    }
    // Each upload is told of twice: that it is being worked on, and how it ended.
    for (int told = 0; told < 2 * kUploads; told = world.progress.told_count)
      world.progress.told_count.wait(told);
  }
  EXPECT_EQ(world.current(), "u7");
  EXPECT_EQ(world.named().size(), 4U);
  for (int i = 0; i < kUploads; ++i) {
    const auto words = world.progress.words("u" + std::to_string(i));
    EXPECT_TRUE(words == Words{"ready"} || words == Words{"superseded"});
  }
}

TEST(Runner, LogsNoWarningOfASuccessfulFlow) {
  World world;
  ::testing::internal::CaptureStderr();
  world.upload("u1", "cat");
  world.upload("u2", "dog");
  world.serve_weeks();
  const std::string log = ::testing::internal::GetCapturedStderr();

  EXPECT_EQ(log.find("level=warning"), std::string::npos) << log;
  EXPECT_EQ(log.find("level=error"), std::string::npos) << log;
  EXPECT_NE(log.find("event=\"invocation completed\""), std::string::npos);
  EXPECT_NE(log.find("function=image:avatars upload=u1 attempt=1 duration_ms="), std::string::npos);
}

TEST(Runner, WarnsOncePerFailedAttempt) {
  World world;
  ::testing::internal::CaptureStderr();
  world.upload("u1", "cat");
  world.faults.set(Faults::Kind::refuse, 3);  // The manifest is asked for.
  world.serve(1);
  const std::string log = ::testing::internal::GetCapturedStderr();

  const auto first = log.find("level=warning");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(log.find("level=warning", first + 1), std::string::npos) << log;
  EXPECT_NE(log.find("event=\"invocation failed\"", first), std::string::npos);
  EXPECT_NE(log.find("attempt=2", first), std::string::npos);
}

TEST(Runner, BuriesWhatNoFunctionIsThereFor) {
  World world;
  Runner runner({.threads = 0}, world.queue, world.database, {&world.tidy});
  world.upload("u1", "cat");

  EXPECT_TRUE(*runner.serve_one());

  const auto dead = world.queue.list(event::State::dead, 10);
  ASSERT_EQ(dead->size(), 1U);
  EXPECT_EQ(dead->front().reason, "unsupported: no function of this name: image:avatars");
}

TEST(Runner, BuriesAndTellsWhatKilledEveryNode) {
  World world;
  world.upload("u1", "poison");
  const event::Queue::Options options;
  for (std::int64_t i = 0; i < options.attempts_max; ++i) {
    world.lease();
    world.clock.advance(options.lease_length);
  }

  EXPECT_TRUE(*world.runner.serve_one());

  EXPECT_EQ(world.workers.jobs, 0);
  EXPECT_EQ(world.progress.words("u1"), Words{"failed internal"});
  EXPECT_EQ(world.queue.counts()->dead, 1);
}

TEST(Runner, SaysSoWhenTheDatabaseIsInTrouble) {
  World world;
  world.upload("u1", "cat");
  const struct {
    const char* name;
    int at;
  } cases[] = {{"looking", 0}, {"leasing", 1}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    world.faults.set(Faults::Kind::refuse, c.at);
    EXPECT_FALSE(world.runner.serve_one());
  }
  world.faults.set(Faults::Kind::crash, 2);  // The attempt fails, and so does keeping that.
  EXPECT_FALSE(world.runner.serve_one());
  world.faults.reset();
  EXPECT_EQ(world.queue.counts()->leased, 1);  // It will expire.
}

TEST(Runner, StopsWhileItPauses) {
  World world;
  world.faults.set(Faults::Kind::crash, 0);
  const Runner runner({.threads = 2, .pause = std::chrono::hours(1)}, world.queue, world.database,
                      {&world.image});
  while (world.faults.count() < 2) std::this_thread::yield();
}

TEST(IsPermanent, ForWhatTheInputIsToBlameFor) {
  for (const auto code : {ErrorCode::damaged_input, ErrorCode::unsupported, ErrorCode::too_large,
                          ErrorCode::invalid_argument, ErrorCode::corrupt})
    EXPECT_TRUE(is_permanent(code)) << to_string(code);
  for (const auto code : {ErrorCode::unavailable, ErrorCode::internal, ErrorCode::conflict,
                          ErrorCode::not_found, ErrorCode::denied, ErrorCode::unauthenticated})
    EXPECT_FALSE(is_permanent(code)) << to_string(code);
}

}  // namespace
}  // namespace tintype::function
