#include "bucket/lifecycle/sweep.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bucket/disk/test_store.h"

namespace tintype::bucket {
namespace {

using std::chrono::days;
using std::chrono::hours;
using test::bucket_of;
using test::key_of;
using test::kNow;  // 08:00 UTC.
using Names = std::vector<std::string>;

TEST(LifecycleDays, EndAtTheNextMidnight) {
  const Instant midnight = std::chrono::ceil<days>(kNow);
  EXPECT_EQ(end_of_days(kNow, 1), midnight + days(1));
  EXPECT_EQ(end_of_days(midnight, 1), midnight + days(1));
  EXPECT_EQ(end_of_days(midnight + std::chrono::milliseconds(1), 1), midnight + days(2));
}

class LifecycleSweep : public ::testing::Test {
 protected:
  LifecycleSweep() { EXPECT_TRUE(store_->create_bucket(bucket_)); }

  void put(std::string_view key, std::string_view content = "x",
           std::map<std::string, std::string> tags = {}) {
    EXPECT_TRUE(store_->put(bucket_, key_of(key), as_bytes(content),
                            {.content_type = {},
                             .cache_control = {},
                             .metadata = {},
                             .tags = std::move(tags),
                             .size = {},
                             .writer = {}}));
  }
  Swept sweep(const LifecycleRules& rules) {
    const auto swept = sweep_bucket(*store_, bucket_, rules, clock_.now());
    EXPECT_TRUE(swept) << swept.error().message;
    return swept.value_or(Swept());
  }
  Names objects() {
    Names names;
    for (const ObjectInfo& object :
         store_->list(bucket_, {.prefix = "", .delimiter = "", .after = ""})->objects)
      names.push_back(object.key.str());
    return names;
  }
  /// "key" of an object, "key!" of a marker, the latest of a key first.
  Names versions() {
    Names names;
    for (const VersionInfo& version : store_->versions().list(bucket_, {})->versions)
      names.push_back(version.info.key.str() + (version.is_marker ? "!" : ""));
    return names;
  }

  test::TemporaryFolder folder_;
  FixedClock clock_{kNow};
  test::OpenStore store_{folder_.path(), clock_};
  const BucketName bucket_ = bucket_of("photos");
};

TEST_F(LifecycleSweep, RemovesWhatIsOldEnough) {
  put("tmp/old");
  put("kept");
  clock_.advance(days(2));
  put("tmp/new");
  const LifecycleRules rules = {{.id = "a", .filter = {.prefix = "tmp/"}, .expires_after_days = 3}};
  clock_.advance(days(1));
  EXPECT_EQ(sweep(rules).objects, 0);  // Rounded up to midnight.
  clock_.advance(hours(16));
  EXPECT_EQ(sweep(rules).objects, 1);
  EXPECT_EQ(objects(), (Names{"kept", "tmp/new"}));
  EXPECT_EQ(sweep(rules).objects, 0);
}

TEST_F(LifecycleSweep, ObeysFiltersDatesAndStatus) {
  put("a", "x", {{"k", "v"}});
  put("b", "x", {{"k", "w"}});
  put("c", std::string(100, 'x'));
  put("d", std::string(200, 'x'));
  clock_.advance(days(2));
  const LifecycleRules off = {{.id = "off", .is_enabled = false, .expires_after_days = 1}};
  EXPECT_EQ(sweep(off).objects, 0);
  const LifecycleRules rules = {
      {.id = "tag", .filter = {.tags = {{"k", "v"}}}, .expires_after_days = 1},
      {.id = "size", .filter = {.larger_than = 99, .smaller_than = 101}, .expires_after_days = 1},
      {.id = "date", .filter = {.prefix = "d"}, .expires_at = clock_.now() + days(1)}};
  EXPECT_EQ(sweep(rules).objects, 2);
  EXPECT_EQ(objects(), (Names{"b", "d"}));
  clock_.advance(days(1));
  EXPECT_EQ(sweep(rules).objects, 1);
  EXPECT_EQ(objects(), (Names{"b"}));
}

TEST_F(LifecycleSweep, WalksManyPages) {
  for (int i = 0; i < 1100; ++i) put("k" + std::to_string(i));
  clock_.advance(days(3));
  EXPECT_EQ(sweep({{.id = "a", .expires_after_days = 1}}).objects, 1100);
  EXPECT_EQ(objects(), Names());
}

TEST_F(LifecycleSweep, HidesCurrentVersionsAndEndsOldOnes) {
  ASSERT_TRUE(store_->versions().set_versioning(bucket_, Versioning::enabled));
  for (const char* const text : {"1", "2", "3", "4"}) put("a", text);
  put("b");
  clock_.advance(days(3));
  const LifecycleRules current = {
      {.id = "current", .filter = {.prefix = "b"}, .expires_after_days = 1}};
  EXPECT_EQ(sweep(current).objects, 1);
  EXPECT_EQ(versions(), (Names{"a", "a", "a", "a", "b!", "b"}));

  const LifecycleRules old = {{.id = "old", .noncurrent_days = 1, .noncurrent_kept = 1}};
  EXPECT_EQ(sweep(old).versions, 2);  // Of a, the two oldest; b was hidden just now.
  EXPECT_EQ(versions(), (Names{"a", "a", "b!", "b"}));
  clock_.advance(days(2));
  EXPECT_EQ(sweep(old).versions, 0);  // One of each is kept.
  EXPECT_EQ(sweep({{.id = "all", .noncurrent_days = 1}}).versions, 2);
  EXPECT_EQ(versions(), (Names{"a", "b!"}));
  EXPECT_EQ(
      sweep({{.id = "markers", .filter = {.prefix = "a"}, .expires_lone_markers = true}}).versions,
      0);
  EXPECT_EQ(sweep({{.id = "markers", .expires_lone_markers = true}}).versions, 1);
  EXPECT_EQ(versions(), (Names{"a"}));
}

TEST_F(LifecycleSweep, LeavesAMarkerThatHidesSomething) {
  ASSERT_TRUE(store_->versions().set_versioning(bucket_, Versioning::enabled));
  put("a");
  ASSERT_TRUE(store_->remove(bucket_, key_of("a"), {}));
  ASSERT_TRUE(store_->remove(bucket_, key_of("b"), {}));
  EXPECT_EQ(sweep({{.id = "markers", .expires_lone_markers = true}}).versions, 1);
  EXPECT_EQ(versions(), (Names{"a!", "a"}));
}

TEST_F(LifecycleSweep, AbortsUploadsThatNobodyEnds) {
  Multiparts& multiparts = store_->multiparts();
  const auto begin = [&](std::string_view key) {
    EXPECT_TRUE(multiparts.create(
        bucket_, key_of(key),
        {.content_type = {}, .cache_control = {}, .metadata = {}, .size = {}, .writer = {}}));
  };
  begin("old/a");
  begin("kept");
  clock_.advance(days(3));
  begin("old/b");
  EXPECT_EQ(sweep({{.id = "a", .filter = {.prefix = "old/"}, .abort_after_days = 2}}).uploads, 1);
  const auto left =
      multiparts.list(bucket_, {.prefix = {}, .after_key = {}, .after_upload_id = {}});
  ASSERT_TRUE(left);
  EXPECT_EQ(left->uploads.size(), 2);
}

TEST_F(LifecycleSweep, LeavesWhatIsWrittenAgainMeanwhile) {
  put("a", "old");
  const auto old = store_->head(bucket_, key_of("a"));
  put("a", "new");
  const auto removed = store_->remove(bucket_, key_of("a"), {.sequencer = old->sequencer});
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, ErrorCode::conflict);
  clock_.advance(days(9));
  EXPECT_EQ(
      sweep_bucket(*store_, bucket_of("gone"), {{.id = "a", .expires_after_days = 1}}, clock_.now())
          .error()
          .code,
      ErrorCode::not_found);
}

}  // namespace
}  // namespace tintype::bucket
