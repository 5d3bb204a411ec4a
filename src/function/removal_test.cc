#include "function/removal.h"

#include <gtest/gtest.h>

#include "function/test_world.h"

namespace tintype::function {
namespace {

/// A World with a removal. Ids of uploads begin with "00": a removal's is of now, and greater.
struct RemovalTest : ::testing::Test {
  World world;
  Removal removal{"avatars",
                  {.store = world.store,
                   .assets = world.store,
                   .uploads_bucket = *bucket::BucketName::parse("uploads"),
                   .assets_bucket = world.assets,
                   .database = world.database,
                   .queue = world.queue,
                   .manifests = world.manifests,
                   .clock = world.clock}};

  bool remove() {
    const auto removed = removal.remove(world.owner);
    EXPECT_TRUE(removed) << removed.error().message;
    return removed && *removed;
  }
};

TEST_F(RemovalTest, TakesThePictureAndItsAssetsAway) {
  world.upload("00a", "cat");
  world.serve(0);
  ASSERT_FALSE(world.named().empty());
  world.clock.advance(kAssetUntouched + std::chrono::milliseconds(1));

  EXPECT_TRUE(remove());

  EXPECT_TRUE(world.manifests.find("avatars", world.owner)->assets.empty());
  EXPECT_TRUE(world.keys("assets").empty()) << "at once";
  EXPECT_FALSE(remove()) << "there is nothing to take away any more";
  world.serve_weeks();
  world.expect_tidy();
}

TEST_F(RemovalTest, LeavesYoungAssetsToTheTidying) {
  world.upload("00a", "cat");
  world.serve(0);

  EXPECT_TRUE(remove());
  EXPECT_FALSE(world.keys("assets").empty()) << "an attempt may rely on them";

  world.clock.advance(2 * kAssetUntouched);
  world.serve(0);
  EXPECT_TRUE(world.keys("assets").empty()) << "not as long as a replaced picture";
}

TEST_F(RemovalTest, HasNothingToDoForWhoHasNoPicture) {
  EXPECT_FALSE(remove());
  EXPECT_FALSE(world.manifests.find("avatars", world.owner));
}

TEST_F(RemovalTest, IsNotUndoneByAnOlderUploadThatComesLate) {
  world.upload("00a", "cat");
  const event::Lease late = world.lease();  // At work while the owner changes her mind.

  EXPECT_TRUE(remove());
  ASSERT_TRUE(world.image.run(late));

  EXPECT_TRUE(world.named().empty());
  world.serve_weeks();
  world.expect_tidy();
}

TEST_F(RemovalTest, IsNotUndoneByAnOlderUploadBesideAPicture) {
  world.upload("00a", "cat");
  world.serve(0);
  world.upload("00b", "dog");
  EXPECT_TRUE(remove());
  world.serve(0);
  EXPECT_TRUE(world.named().empty());
}

TEST_F(RemovalTest, MakesWayForANewerUpload) {
  world.upload("00a", "cat");
  world.serve(0);
  EXPECT_TRUE(remove());
  world.upload("00b", "dog");
  world.serve(0);

  EXPECT_EQ(world.current(), "00b");
  EXPECT_FALSE(world.named().empty());
  world.serve_weeks();
  world.expect_tidy();
  EXPECT_FALSE(world.named().empty());
}

TEST_F(RemovalTest, TouchesNobodyElsesPicture) {
  world.upload("00a", "cat");
  world.serve(0);
  world.clock.advance(kAssetUntouched + std::chrono::milliseconds(1));
  const auto other = *bucket::Owner::parse("me2");
  const auto removed = removal.remove(other);
  ASSERT_TRUE(removed);
  EXPECT_FALSE(*removed);
  EXPECT_FALSE(world.named().empty());
}

TEST_F(RemovalTest, IsWholeOrNotAtAllWhereverItFails) {
  world.upload("00a", "cat");
  world.serve(0);
  world.clock.advance(kAssetUntouched + std::chrono::milliseconds(1));
  for (int fail_at = 0; fail_at < 20; ++fail_at) {
    SCOPED_TRACE(fail_at);
    world.faults.set(Faults::Kind::refuse, fail_at);
    const auto removed = removal.remove(world.owner);
    world.faults.reset();
    const auto manifest = world.manifests.find("avatars", world.owner);
    ASSERT_TRUE(manifest);
    if (removed) {
      EXPECT_TRUE(manifest->assets.empty());
      break;
    }
    EXPECT_FALSE(manifest->assets.empty());
  }
  world.serve_weeks();
  world.expect_tidy();
}

}  // namespace
}  // namespace tintype::function
