#include "bucket/multiparts.h"

#include <optional>

#include "bucket/disk/test_disk_store.h"

namespace tintype::bucket {
namespace {

using test::bucket_of;
using test::files_in;
using test::key_of;
using test::read_all_of;

/// Below the S3 API, where parts may be of any size.
class MultipartsTest : public test::DiskStoreTest {
 protected:
  MultipartName begin(std::string_view key = "big") {
    const auto id = store_->multiparts().create(bucket_, key_of(key), {});
    EXPECT_TRUE(id) << id.error().message;
    return {.bucket = bucket_, .key = key_of(key), .upload_id = id.value_or("")};
  }
  Result<PartInfo> put_part(const MultipartName& name, std::int64_t number,
                            std::string_view content) {
    TRY_LET(const auto part, store_->multiparts().begin_part(
                                 name, {.number = number, .size = content.size(), .writer = {}}));
    TRY(part->write(as_bytes(content)));
    return part->commit();
  }
  Result<ObjectInfo> complete(const MultipartName& name, const std::vector<PartInfo>& parts) {
    return store_->multiparts().complete(name, parts, {});
  }
};

TEST_F(MultipartsTest, IsOneTransactionWithTheObjectAndItsEvent) {
  ASSERT_TRUE(put("big", "old"));
  const MultipartName name = begin();
  const auto one = put_part(name, 1, "one ");
  const auto two = put_part(name, 2, "two");
  ASSERT_TRUE(one && two);
  EXPECT_EQ(count_events(), 1) << "a part is no event";
  EXPECT_EQ(get("big"), "old");

  const auto object = complete(name, {*one, *two});

  ASSERT_TRUE(object) << object.error().message;
  EXPECT_EQ(get("big"), "one two");
  EXPECT_EQ(count_events(), 2);
  EXPECT_EQ(count_files(), 1);
  EXPECT_EQ(count_pending(), 0);
  EXPECT_EQ(witness_.committed_keys, (std::vector<std::string>{"big", "big"}));
}

TEST_F(MultipartsTest, LeavesEverythingAsItWasIfAnObserverSaysNo) {
  const MultipartName name = begin("undone");
  const auto part = put_part(name, 1, "part");
  ASSERT_TRUE(part);
  EXPECT_FALSE(complete(name, {*part}));
  EXPECT_EQ(count_pending(), 1) << "the part, and not what was joined";
  EXPECT_EQ(store_->multiparts().parts(name, 0, 10)->size(), 1);
  EXPECT_FALSE(store_->multiparts().create(bucket_, key_of("refused"), {}));
}

TEST_F(MultipartsTest, CompletesNoPartThatWasReplacedSinceItWasChosen) {
  const MultipartName name = begin();
  const auto old_part = put_part(name, 1, "old");
  ASSERT_TRUE(old_part);
  ASSERT_TRUE(put_part(name, 1, "new"));
  EXPECT_EQ(count_pending(), 1) << "the old one is gone";
  const auto stale = complete(name, {*old_part});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::conflict);
  EXPECT_TRUE(complete(name, *store_->multiparts().parts(name, 0, 10)));
  EXPECT_EQ(get("big"), "new");
}

TEST_F(MultipartsTest, TakesNoPartOfAnUploadThatEndedMeanwhile) {
  const MultipartName name = begin();
  const auto begun = store_->multiparts().begin_part(name, {.number = 1, .size = 1, .writer = {}});
  ASSERT_TRUE(begun);
  ASSERT_TRUE((*begun)->write(as_bytes("x")));
  ASSERT_TRUE(store_->multiparts().abort(name));
  const auto late = (*begun)->commit();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::not_found);
  EXPECT_EQ(count_pending(), 0);
}

TEST_F(MultipartsTest, ForgetsAPartThatIsNotCommitted) {
  const MultipartName name = begin();
  {
    const auto begun =
        store_->multiparts().begin_part(name, {.number = 1, .size = 5, .writer = {}});
    ASSERT_TRUE(begun);
    ASSERT_TRUE((*begun)->write(as_bytes("cut")));
    EXPECT_EQ((*begun)->commit().error().code, ErrorCode::damaged_input);
  }
  EXPECT_EQ(count_pending(), 0);
  EXPECT_TRUE(store_->multiparts().parts(name, 0, 10)->empty());
}

TEST_F(MultipartsTest, HasTheLimitOfAnObject) {
  const MultipartName name = begin();
  const std::string half((1 << 19) + 1, 'h');
  const auto one = put_part(name, 1, half);
  const auto two = put_part(name, 2, half);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(complete(name, {*one, *two}).error().code, ErrorCode::too_large);
  const auto short_part = put_part(name, 2, half.substr(2));
  ASSERT_TRUE(short_part);
  EXPECT_TRUE(complete(name, {*one, *short_part}));
  EXPECT_EQ(store_->multiparts()
                .begin_part(begin(), {.number = 1, .size = (1 << 20) + 1, .writer = {}})
                .error()
                .code,
            ErrorCode::too_large);
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, kPartNumberMax + 1})
    EXPECT_EQ(put_part(begin(), number, "x").error().code, ErrorCode::invalid_argument);
}

// What a part's 200 promised is there after a restart, and nothing else is.
TEST(MultipartsRestart, KeepsPartsAndSweepsTheRest) {
  const test::TemporaryFolder folder;
  const FixedClock clock{test::kNow};
  const BucketName bucket = bucket_of("photos");
  const auto pending = folder.path() / "objects" / "pending";
  std::optional<MultipartName> name;
  std::vector<PartInfo> parts;
  {
    test::OpenStore store(folder.path(), clock);
    ASSERT_TRUE(store->create_bucket(bucket));
    const auto id = store->multiparts().create(bucket, key_of("big"), {});
    ASSERT_TRUE(id);
    name = {.bucket = bucket, .key = key_of("big"), .upload_id = *id};
    for (const std::int64_t number : {1, 2}) {
      const auto part =
          store->multiparts().begin_part(*name, {.number = number, .size = {}, .writer = {}});
      ASSERT_TRUE(part);
      ASSERT_TRUE((*part)->write(as_bytes("part")));
      const auto info = (*part)->commit();
      ASSERT_TRUE(info);
      parts.push_back(*info);
    }
  }
  // A crash while a third part, or what was joined, was being written.
  ASSERT_TRUE(write_file(pending / std::string(32, 'f'), "never committed", 0600));

  test::OpenStore store(folder.path(), clock);

  EXPECT_EQ(files_in(pending).size(), 2);
  ASSERT_TRUE(store->multiparts().complete(*name, parts, {}));
  EXPECT_EQ(read_all_of(*store->open(bucket, key_of("big"))), "partpart");
  EXPECT_TRUE(files_in(pending).empty());
}

}  // namespace
}  // namespace tintype::bucket
