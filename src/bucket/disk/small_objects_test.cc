#include "bucket/disk/small_objects.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "bucket/disk/test_disk_store.h"

namespace tintype::bucket {
namespace {

using test::key_of;

class SmallObjectsTest : public test::DiskStoreTest {
 protected:
  /// What is at hand; "none".
  std::string recall(std::string_view key) {
    const auto object = store_->recall(bucket_, key_of(key));
    return object ? *object->content : "none";
  }
  /// A read, which makes it so.
  void read(std::string_view key) { get(key); }
};

TEST_F(SmallObjectsTest, AreAtHandOnceTheyWereRead) {
  const auto stored = put(
      "a", "content",
      {.content_type = "text/plain", .cache_control = {}, .metadata = {{"x", "y"}}, .size = {}});
  ASSERT_TRUE(stored);
  EXPECT_EQ(recall("a"), "none");
  read("a");
  EXPECT_EQ(recall("a"), "content");
  const auto object = store_->recall(bucket_, key_of("a"));
  ASSERT_TRUE(object);
  EXPECT_EQ(object->info.etag, stored->etag);
  EXPECT_EQ(object->info.sequencer, stored->sequencer);
  EXPECT_EQ(object->info.content_type, "text/plain");
  EXPECT_EQ(object->info.metadata.at("x"), "y");
  EXPECT_EQ(recall("missing"), "none");
  ASSERT_TRUE(put("empty", ""));
  read("empty");
  EXPECT_EQ(recall("empty"), "");
}

TEST_F(SmallObjectsTest, AreNotLargeOnes) {
  ASSERT_TRUE(put("a", std::string(SmallObjects::kSizeMax, 'x')));
  ASSERT_TRUE(put("b", std::string(SmallObjects::kSizeMax + 1, 'x')));
  read("a");
  read("b");
  EXPECT_NE(recall("a"), "none");
  EXPECT_EQ(recall("b"), "none");
}

TEST_F(SmallObjectsTest, GoWithEveryChange) {
  const auto keep = [&](std::string_view content) {
    ASSERT_TRUE(put("a", content));
    read("a");
    ASSERT_EQ(recall("a"), content);
  };
  keep("one");
  ASSERT_TRUE(put("a", "two"));
  EXPECT_EQ(recall("a"), "none");

  keep("three");
  ASSERT_TRUE(store_->set_tags(bucket_, key_of("a"), {{"t", "u"}}));
  EXPECT_EQ(recall("a"), "none");

  keep("four");
  ASSERT_TRUE(store_->remove(bucket_, key_of("a"), {}));
  EXPECT_EQ(recall("a"), "none");

  ASSERT_TRUE(store_->versions().set_versioning(bucket_, Versioning::enabled));
  keep("five");
  const std::string five = store_->head(bucket_, key_of("a"))->version_id;
  keep("six");
  const std::string six = store_->head(bucket_, key_of("a"))->version_id;
  ASSERT_TRUE(store_->versions().set_tags(bucket_, key_of("a"), six, {{"t", "u"}}));
  EXPECT_EQ(recall("a"), "none");
  read("a");
  ASSERT_TRUE(store_->versions().remove(bucket_, key_of("a"), six));
  EXPECT_EQ(recall("a"), "none");
  EXPECT_EQ(get("a"), "five") << "which is the latest again";

  const auto upload = store_->multiparts().create(bucket_, key_of("a"), {});
  ASSERT_TRUE(upload);
  const MultipartName name{.bucket = bucket_, .key = key_of("a"), .upload_id = *upload};
  const auto part = store_->multiparts().begin_part(name, {.number = 1, .size = 5, .writer = {}});
  ASSERT_TRUE(part && (*part)->write(as_bytes("seven")));
  const auto info = (*part)->commit();
  ASSERT_TRUE(info && store_->multiparts().complete(name, {*info}, {}));
  EXPECT_EQ(recall("a"), "none");
  EXPECT_EQ(get("a"), "seven");
}

TEST_F(SmallObjectsTest, KeepsNothingThatWasReadBeforeAChange) {
  SmallObjects objects(1 << 20);
  const auto object = std::make_shared<const SmallObject>(
      SmallObject{.info = *put("a", "old"), .content = std::make_shared<const std::string>("old")});
  const std::uint64_t before = objects.changes(bucket_, key_of("a"));
  objects.forget(bucket_, key_of("a"));
  objects.keep(object, before);
  EXPECT_FALSE(objects.find(bucket_, key_of("a")));
  objects.keep(object, objects.changes(bucket_, key_of("a")));
  EXPECT_TRUE(objects.find(bucket_, key_of("a")));
}

// Whoever asks after a write was answered gets that write or a later one, from memory too.
TEST_F(SmallObjectsTest, NeverGoBack) {
  constexpr int kWrites = 300;
  std::atomic<int> answered = 0;
  const auto reader = [&] {
    while (answered < kWrites) {
      const int before = answered;
      std::string content = recall("a");
      if (content == "none") content = get("a");
      if (content.starts_with("error")) continue;  // Before the first one.
      EXPECT_GE(std::stoi(content), before);
    }
  };
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(reader);
  for (int i = 1; i <= kWrites; ++i) {
    ASSERT_TRUE(put("a", std::to_string(i)));
    answered = i;
  }
}

}  // namespace
}  // namespace tintype::bucket
