#include "function/tidy_function.h"

#include <gtest/gtest.h>

#include "function/test_world.h"

namespace tintype::function {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr milliseconds kTick(1);

TEST(TidyFunction, KeepsWhatWasReplacedForItsTime) {
  World world;
  world.upload("u1", "old");
  world.serve(0);
  const auto old_keys = world.named();
  world.clock.advance(hours(12));
  world.upload("u2", "new");
  ASSERT_TRUE(*world.runner.serve_one());
  EXPECT_EQ(world.keys("assets").size(), 8U);

  world.clock.advance(world.collection.replaced_kept - kTick);
  EXPECT_TRUE(*world.runner.serve_one());  // The tidying after the old one.
  EXPECT_FALSE(*world.runner.serve_one());
  EXPECT_EQ(world.keys("assets").size(), 8U);
  world.clock.advance(kTick);
  EXPECT_TRUE(*world.runner.serve_one());

  EXPECT_EQ(world.keys("assets"), world.named());
  for (const std::string& key : old_keys)
    EXPECT_FALSE(world.store.objects.contains({"assets", key}));
}

TEST(TidyFunction, KeepsAtLeastWhatAnAttemptMayRelyOn) {
  Collection collection = avatars();
  collection.replaced_kept = milliseconds(0);
  collection.failed_kept = milliseconds(0);
  World world(collection);
  world.upload("u1", "old");
  world.upload("u2", "new");
  world.upload("u3", "damaged");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(*world.runner.serve_one());

  EXPECT_FALSE(*world.runner.serve_one());
  EXPECT_EQ(world.keys("assets").size(), 8U);
  world.clock.advance(2 * kAssetUntouched);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(*world.runner.serve_one());

  world.expect_tidy();
}

TEST(TidyFunction, RemovesASourceThatACrashLeft) {
  World world;
  world.upload("u1", "cat");
  const event::Lease lease = world.lease();
  // All calls of the attempt but the last, which deletes the source.
  world.faults.reset();
  ASSERT_TRUE(world.image.run(lease));
  const int calls = world.faults.count() - 1;
  world.upload("u2", "dog");
  const event::Lease second = world.lease();
  world.faults.set(Faults::Kind::crash, calls);
  ASSERT_TRUE(world.image.run(second));
  world.faults.reset();
  EXPECT_EQ(world.keys("uploads").size(), 1U);

  world.serve_weeks();

  world.expect_tidy();
}

TEST(TidyFunction, TouchesNothingThatIsNotTheOwnersAsset) {
  World world;
  const char* const others[] = {"avatars/you/512/0123456789abcdef0123456789abcdef.jpg",
                                "avatars/me2/512/0123456789abcdef0123456789abcdef.jpg",
                                "banners/me/512/0123456789abcdef0123456789abcdef.jpg",
                                "avatars/me/readme.txt"};
  for (const char* const key : others)
    ASSERT_TRUE(world.store.put(world.assets, *bucket::Key::parse(key), as_bytes("x"), {}));
  world.upload("u1", "cat");

  world.serve_weeks();

  for (const char* const key : others)
    EXPECT_TRUE(world.store.objects.contains({"assets", key})) << key;
}

TEST(TidyFunction, ComesAgainIfMoreTimeIsGivenMeanwhile) {
  World world;
  world.upload("u1", "old");
  world.upload("u2", "new");
  world.serve(0);
  Collection patient = world.collection;
  patient.replaced_kept = hours(72);
  TidyFunction tidy(patient, {.store = world.store,
                              .assets = world.store,
                              .assets_bucket = world.assets,
                              .database = world.database,
                              .queue = world.queue,
                              .manifests = world.manifests,
                              .clock = world.clock});
  Runner runner({.threads = 0}, world.queue, world.database, {&tidy});
  world.clock.advance(hours(24));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(*runner.serve_one());
  EXPECT_FALSE(*runner.serve_one());
  EXPECT_EQ(world.keys("assets").size(), 8U);

  world.clock.advance(hours(48));
  ASSERT_TRUE(*runner.serve_one());

  world.expect_tidy();
  EXPECT_FALSE(*runner.serve_one());
  EXPECT_EQ(world.queue.counts()->ready, 0);
}

// A person takes an old picture again just when its assets are about to go.
struct Return {
  milliseconds late;  ///< How long the one that is interrupted stands still.
  bool tidying_first;
};
void return_during_tidying(const Return& test) {
  World world;
  for (int at = 0; at < 100; ++at) {
    SCOPED_TRACE(::testing::Message() << "call " << at << ", late by " << test.late.count()
                                      << (test.tidying_first ? ", tidying first" : ""));
    world.owner = *bucket::Owner::parse(std::to_string(at));
    const auto id = [&](const char* name) { return name + ("-" + world.owner.str()); };
    world.upload(id("u1"), "cat");
    world.upload(id("u2"), "dog");
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(*world.runner.serve_one());
    world.clock.advance(hours(24));
    world.upload(id("u3"), "cat");
    std::vector<event::Lease> leases = {world.lease(), world.lease(), world.lease()};
    std::ranges::sort(leases, {}, &event::Lease::function);  // image, tidy, tidy.

    Status done;
    const auto run_image = [&] { done = world.image.run(leases[0]); };
    const auto run_tidying = [&] {
      EXPECT_TRUE(world.tidy.run(leases[1]));
      EXPECT_TRUE(world.tidy.run(leases[2]));
    };
    world.faults.interrupt(at, [&] {
      world.clock.advance(test.late);
      test.tidying_first ? run_image() : run_tidying();
    });
    test.tidying_first ? run_tidying() : run_image();
    const bool reached = world.faults.interrupted();
    world.faults.reset();
    if (!reached && test.tidying_first) run_image();

    EXPECT_TRUE(done || test.late > kAttemptMax);
    EXPECT_EQ(world.current(), id(done ? "u3" : "u2"));
    EXPECT_EQ(world.named().size(), 4U);
    world.serve_weeks();
    EXPECT_EQ(world.current(), id("u3"));
    world.expect_tidy();
    if (!reached || ::testing::Test::HasFailure()) return;
  }
}
TEST(TidyFunction, NeverTakesWhatAnAttemptIsAboutToName) {
  for (const milliseconds late : {milliseconds(0), kAttemptMax, milliseconds(hours(1))})
    return_during_tidying({.late = late, .tidying_first = false});
}
TEST(TidyFunction, NeverTakesWhatAnAttemptNamedMeanwhile) {
  for (const milliseconds late : {milliseconds(0), milliseconds(hours(1))})
    return_during_tidying({.late = late, .tidying_first = true});
}

TEST(TidyFunction, RefusesARecordThatIsNoUpload) {
  World world;
  event::Lease lease;
  for (const char* const key : {"", "avatars/u1.jpg", "banners/me/u1.jpg"}) {
    SCOPED_TRACE(key);
    lease.record.key = key;
    EXPECT_EQ(world.tidy.run(lease).error().code, ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace tintype::function
