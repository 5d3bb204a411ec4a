#include "function/image_function.h"

#include <gtest/gtest.h>

#include <set>

#include "function/test_world.h"

namespace tintype::function {
namespace {

using std::chrono::milliseconds;

TEST(ImageFunction, MakesAssetsAndManifestOfASource) {
  World world;
  world.upload("u1", "cat");

  world.serve(0);

  const auto manifest = world.manifests.find("avatars", world.owner);
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->upload_id, "u1");
  EXPECT_EQ(manifest->updated_at, world.clock.now() - std::chrono::minutes(1));
  ASSERT_EQ(manifest->assets.size(), 4U);
  const Asset& asset = manifest->assets[3];
  EXPECT_EQ(asset.variant, "512");
  EXPECT_EQ(asset.type, "image/webp");
  EXPECT_EQ(asset.width, 512);
  const auto& [info, content] = world.store.objects.at({"assets", asset.key});
  EXPECT_EQ(asset.size, static_cast<std::int64_t>(content.size()));
  EXPECT_EQ(info.content_type, "image/webp");
  EXPECT_EQ(info.cache_control, "public, max-age=31536000, immutable");
  EXPECT_EQ(asset.key, "avatars/me/512/" + info.sha256.substr(0, 32) + ".webp");
  EXPECT_EQ(world.progress.words("u1"), Words{"ready"});
  EXPECT_EQ(world.workers.jobs, 1);  // One decode for all.
  EXPECT_TRUE(world.keys("uploads").empty());
}

TEST(ImageFunction, KeepsTheSourceWhereItIsToldTo) {
  Collection collection = avatars();
  collection.keep_source = true;
  World world(collection);
  world.upload("u1", "cat");

  world.serve_weeks();

  EXPECT_EQ(world.keys("uploads").size(), 1U);
  EXPECT_EQ(world.progress.words("u1"), Words{"ready"});
}

TEST(ImageFunction, KeepsWhatFailedForInspection) {
  World world;
  world.upload("u1", "damaged");

  world.serve(0);

  EXPECT_EQ(world.progress.words("u1"), Words{"failed damaged_input"});
  EXPECT_EQ(world.workers.jobs, 1);  // Trying again would not mend it.
  EXPECT_EQ(world.keys("uploads").size(), 1U);
  const auto dead = world.queue.list(event::State::dead, 10);
  ASSERT_EQ(dead->size(), 1U);
  EXPECT_EQ(dead->front().reason, "damaged_input: render: fake: cut");
  world.serve_weeks();
  world.expect_tidy();
}

TEST(ImageFunction, FailsAfterTheLastAttempt) {
  World world;
  world.upload("u1", "throw");

  world.serve(10);

  EXPECT_EQ(world.workers.jobs, 5);
  EXPECT_EQ(world.progress.words("u1"), Words{"failed internal"});
  EXPECT_EQ(world.queue.list(event::State::dead, 10)->front().reason,
            "internal: function threw: fake: thrown");
}

TEST(ImageFunction, LeavesANewerUploadAlone) {
  World world;
  world.upload("u1", "old");
  world.upload("u2", "new");
  const event::Lease old_lease = world.lease();
  const event::Lease new_lease = world.lease();
  ASSERT_EQ(old_lease.record.key, world.source_key("u1").str());

  ASSERT_TRUE(world.image.run(new_lease));
  ASSERT_TRUE(world.image.run(old_lease));

  EXPECT_EQ(world.current(), "u2");
  EXPECT_EQ(world.workers.jobs, 1);  // The old one cost no pixels.
  EXPECT_EQ(world.progress.words("u1"), Words{"superseded"});
  EXPECT_EQ(world.progress.words("u2"), Words{"ready"});
  world.serve_weeks();
  world.expect_tidy();
}

TEST(ImageFunction, DoesTwiceWhatItDoesOnce) {
  World world;
  world.upload("u1", "cat");
  const event::Lease first = world.lease();
  ASSERT_TRUE(world.real->write([&](sql::Session& session) -> Status {
    return world.queue.push(session, first.record, {"image:avatars"});  // The event comes again.
  }));
  const event::Lease second = world.lease();
  ASSERT_TRUE(world.image.run(first));
  const auto before = world.named();

  ASSERT_TRUE(world.image.run(second));

  EXPECT_EQ(world.workers.jobs, 1);
  EXPECT_EQ(world.named(), before);
  EXPECT_EQ(world.progress.words("u1"), (Words{"ready", "ready"}));  // A slot takes the first.
}

TEST(ImageFunction, EndsQuietlyWhenTheSourceIsGone) {
  World world;
  world.upload("u1", "cat");
  world.store.objects.clear();

  world.serve(0);

  EXPECT_EQ(world.progress.words("u1"), Words{"superseded"});
  EXPECT_EQ(world.queue.counts()->dead, 0);
}

TEST(ImageFunction, LeavesASourceThatWasWrittenAgainToItsOwnEvent) {
  World world;
  world.upload("u1", "first");
  world.upload("u1", "second");
  const event::Lease first = world.lease();
  const event::Lease second = world.lease();

  ASSERT_TRUE(world.image.run(first));
  EXPECT_EQ(world.progress.words("u1"), Words{});
  EXPECT_EQ(world.keys("uploads").size(), 1U);
  ASSERT_TRUE(world.image.run(second));

  EXPECT_EQ(world.progress.words("u1"), Words{"ready"});
  world.serve_weeks();
  world.expect_tidy();
}

TEST(ImageFunction, RefusesARecordThatIsNoUpload) {
  const struct {
    const char* name;
    const char* bucket;
    const char* key;
    const char* sequencer;
  } cases[] = {
      {"a bucket that is none", "_", "avatars/me/u1.jpg", "01"},
      {"no owner", "uploads", "avatars/u1.jpg", "01"},
      {"another collection", "uploads", "banners/me/u1.jpg", "01"},
      {"an asset", "uploads", "avatars/me/512/0123456789abcdef0123456789abcdef.jpg", "01"},
      {"no extension", "uploads", "avatars/me/u1", "01"},
      {"no order", "uploads", "avatars/me/u1.jpg", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    World world;
    event::Lease lease;
    lease.record.name = "ObjectCreated:Put";
    lease.record.bucket = c.bucket;
    lease.record.key = c.key;
    lease.record.sequencer = c.sequencer;
    const auto done = world.image.run(lease);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::invalid_argument);
  }
}

TEST(ImageFunction, PutsItsAssetsTogether) {
  World world(avatars(), true);
  for (int i = 0; i < 4; ++i) world.upload("u" + std::to_string(i), "cat" + std::to_string(i));

  world.serve(0);

  EXPECT_EQ(world.current(), "u3");
  EXPECT_EQ(world.named().size(), 4U);
}

TEST(ImageFunction, WritesAnAssetOnceHoweverOftenItTries) {
  World world;
  world.upload("u1", "cat");
  world.serve(0);
  const int puts = world.store.puts;
  world.upload("u2", "cat");  // The same picture.

  world.serve(0);

  EXPECT_EQ(world.store.puts, puts + 1);  // Its source.
  EXPECT_EQ(world.current(), "u2");
  // Later the tidying might be about to remove what is there: it is written again.
  world.clock.advance(kAttemptMax);
  world.upload("u3", "cat");
  world.serve(0);
  EXPECT_EQ(world.store.puts, puts + 2 + 4);
}

TEST(ImageFunction, PublishesNothingAfterTooLong) {
  const struct {
    const char* name;
    milliseconds duration;
    bool published;
  } cases[] = {
      {"just in time", kAttemptMax, true},
      {"too late", kAttemptMax + milliseconds(1), false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    World world;
    world.upload("u1", "cat");
    const event::Lease lease = world.lease();
    world.faults.interrupt(3, [&] { world.clock.advance(c.duration); });
    const auto done = world.image.run(lease);
    ASSERT_TRUE(world.faults.interrupted());
    EXPECT_EQ(done.has_value(), c.published);
    EXPECT_EQ(world.current(), c.published ? "u1" : "");
  }
}

TEST(ImageFunction, PublishesNothingOnceItsLeaseIsAnothers) {
  World world;
  world.upload("u1", "cat");
  const event::Lease first = world.lease();
  world.clock.advance(event::Queue::Options().lease_length);
  const event::Lease second = world.lease();

  EXPECT_EQ(world.image.run(first).error().code, ErrorCode::conflict);
  EXPECT_EQ(world.current(), "");
  EXPECT_EQ(world.keys("uploads").size(), 1U);
  ASSERT_TRUE(world.image.run(second));
  EXPECT_EQ(world.current(), "u1");
  EXPECT_EQ(world.progress.words("u1"), Words{"ready"});
}

}  // namespace
}  // namespace tintype::function
