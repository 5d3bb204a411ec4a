#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "event/dispatcher.h"
#include "event/test_database.h"
#include "function/image_function.h"
#include "function/runner.h"
#include "function/test_fakes.h"
#include "function/tidy_function.h"

namespace tintype::function {

inline Collection avatars() {
  Collection collection;
  collection.name = "avatars";
  for (const int side : {64, 512}) {
    image::Variant variant;
    variant.name = std::to_string(side);
    variant.plan.width = side;
    variant.plan.height = side;
    variant.formats = {image::Format::jpeg, image::Format::webp};
    collection.variants.push_back(std::move(variant));
  }
  return collection;
}

/// Everything from an upload to its assets but sockets, disks of objects and pixels. For tests.
struct World {
  /// `together`: assets are put by several threads; else by one, so that calls have an order.
  explicit World(Collection its_collection = avatars(), bool together = false)
      : collection(std::move(its_collection)),
        pool({.threads = 2, .waiting_max = together ? 8U : 0U}) {
    store.created = [this](const bucket::ObjectInfo& object) {
      return real->write(
          [&](sql::Session& session) -> Status { return dispatcher.created(session, object, {}); });
    };
  }

  Collection collection;
  FixedClock clock{Instant(std::chrono::milliseconds(1'795'465'864'123))};
  Faults faults;
  event::TestDatabase real;
  FaultyDatabase database{*real, faults};
  BlockingPool pool;
  event::Queue queue{{}, database, clock};
  event::Queue notifications{{.lane = "notify"}, database, clock};
  event::Dispatcher dispatcher{
      {{"uploads", "avatars/", image_function_name("avatars")}},
      {.work = queue, .notifications = notifications, .region = "us-east-1"}};
  FakeStore store{faults, clock};
  FakeWorkers workers{faults};
  FakeProgress progress{*real};
  Manifests manifests{database};
  bucket::BucketName assets = *bucket::BucketName::parse("assets");
  ImageFunction image{collection,
                      {.store = store,
                       .assets = store,
                       .assets_bucket = assets,
                       .workers = workers,
                       .pool = pool,
                       .database = database,
                       .queue = queue,
                       .manifests = manifests,
                       .progress = progress,
                       .clock = clock}};
  TidyFunction tidy{collection,
                    {.store = store,
                     .assets = store,
                     .assets_bucket = assets,
                     .database = database,
                     .queue = queue,
                     .manifests = manifests,
                     .clock = clock}};
  Runner runner{{.threads = 0}, queue, database, {&image, &tidy}};
  bucket::Owner owner = *bucket::Owner::parse("me");

  bucket::Key source_key(const std::string& upload) const {
    return bucket::upload_key("avatars", owner, upload, "jpg");
  }
  /// Puts a source, which makes its event; each a little later than the one before.
  void upload(const std::string& id, const std::string& content) {
    clock.advance(std::chrono::milliseconds(1));
    const auto put =
        store.put(*bucket::BucketName::parse("uploads"), source_key(id), as_bytes(content), {});
    ASSERT_TRUE(put) << put.error().message;
  }
  event::Lease lease() {
    const auto leased = queue.lease();
    EXPECT_TRUE(leased && *leased);
    return leased && *leased ? **leased : event::Lease();
  }
  /// Serves all that becomes due within the next `minutes`, each at its time, by the minute.
  void serve(int minutes) {
    for (int i = 0; i <= minutes; ++i) {
      for (auto served = runner.serve_one(); served && *served; served = runner.serve_one()) {
      }
      clock.advance(std::chrono::minutes(1));
    }
  }
  /// The same for all that is due in the next weeks: the tidying.
  void serve_weeks() {
    serve(15);
    for (const int hours : {24, 2, 24 * 7, 2}) {
      clock.advance(std::chrono::hours(hours));
      serve(15);
    }
  }

  std::vector<std::string> keys(const std::string& bucket) const {
    return store.keys(bucket, "avatars/" + owner.segment() + "/");
  }
  /// What the manifest names, and that it is there. Empty without a manifest.
  std::vector<std::string> named() {
    std::vector<std::string> keys;
    const auto manifest = manifests.find("avatars", owner);
    if (!manifest) return keys;
    for (const Asset& asset : manifest->assets) {
      EXPECT_TRUE(store.objects.contains({"assets", asset.key})) << asset.key;
      keys.push_back(asset.key);
    }
    std::ranges::sort(keys);
    return keys;
  }
  std::string current() {
    const auto manifest = manifests.find("avatars", owner);
    return manifest ? manifest->upload_id : std::string();
  }
  /// Nothing lies about: no source, and of assets those that are named.
  void expect_tidy() {
    EXPECT_EQ(keys("uploads"), std::vector<std::string>());
    EXPECT_EQ(keys("assets"), named());
  }
};

using Words = std::vector<std::string>;

}  // namespace tintype::function
