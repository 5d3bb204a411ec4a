#include "bucket/disk/quota.h"

#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bucket/disk/content_folder.h"
#include "bucket/disk/test_disk_store.h"

namespace tintype::bucket {
namespace {

using test::key_of;

class QuotaTest : public test::DiskStoreTest {
 protected:
  void limit(const Quota& quota) { ASSERT_TRUE(set_quota(store_.database(), bucket_, quota)); }
  /// As it is counted along.
  std::pair<std::int64_t, std::int64_t> counted() {
    const auto quotas = list_quotas(store_.database());
    EXPECT_TRUE(quotas);
    if (!quotas || quotas->empty()) return {-1, -1};
    return {quotas->front().bytes, quotas->front().objects};
  }
  ErrorCode code_of_put(std::string_view key, std::size_t size) {
    const auto stored = put(key, std::string(size, 'x'));
    return stored ? ErrorCode::internal : stored.error().code;
  }
  MultipartName begin(std::string_view key) {
    return {.bucket = bucket_,
            .key = key_of(key),
            .upload_id = *store_->multiparts().create(bucket_, key_of(key), {})};
  }
  Result<PartInfo> put_part(const MultipartName& name, std::int64_t number, std::size_t size) {
    TRY_LET(const auto part,
            store_->multiparts().begin_part(name, {.number = number, .size = size, .writer = {}}));
    TRY(part->write(as_bytes(std::string(size, 'p'))));
    return part->commit();
  }
  Status remove(std::string_view key) {
    const auto removed = store_->remove(bucket_, key_of(key), {});
    return removed ? Status() : std::unexpected(removed.error());
  }
};

using Counted = std::pair<std::int64_t, std::int64_t>;

TEST_F(QuotaTest, TakesNothingOverItAndLeavesNothingOfIt) {
  ASSERT_TRUE(put("a", std::string(60, 'x')));
  limit({.bytes_max = 100, .objects_max = 2});
  EXPECT_EQ(counted(), Counted(60, 1)) << "what was there before";
  EXPECT_EQ(code_of_put("b", 41), ErrorCode::exhausted);
  ASSERT_TRUE(put("b", std::string(40, 'x')));
  EXPECT_EQ(code_of_put("c", 0), ErrorCode::exhausted) << "a third object";
  EXPECT_EQ(count_files(), 2);
  EXPECT_EQ(count_pending(), 0);
  EXPECT_EQ(count_events(), 2);
  ASSERT_TRUE(remove("b"));
  ASSERT_TRUE(put("c", std::string(40, 'x')));
}

TEST_F(QuotaTest, TellsBeforeTheContentArrives) {
  limit({.bytes_max = 100});
  PutOptions options;
  options.size = 101;
  const auto begun = store_->begin(bucket_, key_of("a"), options);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, ErrorCode::exhausted);
  const auto part =
      store_->multiparts().begin_part(begin("b"), {.number = 1, .size = 101, .writer = {}});
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, ErrorCode::exhausted);
}

TEST_F(QuotaTest, LetsOneReplaceWhatIsThere) {
  limit({.bytes_max = 100, .objects_max = 1});
  ASSERT_TRUE(put("a", std::string(80, 'x')));
  ASSERT_TRUE(put("a", std::string(90, 'x')));
  EXPECT_EQ(code_of_put("a", 101), ErrorCode::exhausted);
  EXPECT_EQ(get("a"), std::string(90, 'x'));
  EXPECT_EQ(counted(), Counted(90, 1));

  const MultipartName name = begin("a");
  ASSERT_TRUE(put_part(name, 1, 10));
  ASSERT_TRUE(put_part(name, 1, 9));
  EXPECT_EQ(counted(), Counted(99, 1));
  EXPECT_EQ(put_part(name, 2, 2).error().code, ErrorCode::exhausted);
  ASSERT_TRUE(store_->multiparts().abort(name));
  EXPECT_EQ(counted(), Counted(90, 1));
}

TEST_F(QuotaTest, KeepsWhatIsOverOneThatCameLater) {
  ASSERT_TRUE(put("a", std::string(80, 'x')));
  limit({.bytes_max = 10});
  EXPECT_EQ(get("a"), std::string(80, 'x'));
  EXPECT_EQ(code_of_put("b", 1), ErrorCode::exhausted);
  ASSERT_TRUE(put("a", std::string(10, 'x')));
  EXPECT_EQ(code_of_put("b", 1), ErrorCode::exhausted);
  ASSERT_TRUE(remove_quota(store_.database(), bucket_));
  ASSERT_TRUE(put("b", std::string(500, 'x')));
  EXPECT_EQ(remove_quota(store_.database(), bucket_).error().code, ErrorCode::not_found);
}

TEST_F(QuotaTest, IsOfBucketsThatAreThere) {
  EXPECT_EQ(set_quota(store_.database(), test::bucket_of("none"), {}).error().code,
            ErrorCode::not_found);
  const BucketName other = test::bucket_of("other");
  ASSERT_TRUE(store_->create_bucket(other));
  ASSERT_TRUE(set_quota(store_.database(), other, {.bytes_max = 1}));
  ASSERT_TRUE(put("a", "not in the other one"));
  ASSERT_TRUE(store_->remove_bucket(other));
  EXPECT_TRUE(list_quotas(store_.database())->empty());
}

// Whatever is written and removed, in whatever state of versions: the count is what is there.
TEST_F(QuotaTest, CountsWhatIsThere) {
  std::mt19937 random(20261127);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time.
  const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
  limit({});
  std::vector<MultipartName> uploads;
  for (int step = 0; step < 600; ++step) {
    const std::string key(1, static_cast<char>('a' + below(4)));
    switch (below(9)) {
      case 0: {
        constexpr std::array kStates = {Versioning::enabled, Versioning::suspended};
        if (below(4) == 0)
          ASSERT_TRUE(store_->versions().set_versioning(bucket_, kStates[below(2)]));
        break;
      }
      case 1: ASSERT_TRUE(remove(key)); break;
      case 2: {
        const auto page = store_->versions().list(bucket_, {.prefix = key});
        ASSERT_TRUE(page);
        if (page->versions.empty()) break;
        const VersionInfo& version =
            page->versions[below(static_cast<std::uint32_t>(page->versions.size()))];
        ASSERT_TRUE(
            store_->versions().remove(bucket_, version.info.key, version.info.version_id, {}));
        break;
      }
      case 3: uploads.push_back(begin(key)); break;
      case 4:
      case 5:
        if (!uploads.empty()) ASSERT_TRUE(put_part(uploads.back(), 1 + below(3), below(50)));
        break;
      case 6: {
        if (uploads.empty()) break;
        const MultipartName name = uploads.back();
        uploads.pop_back();
        const auto parts = store_->multiparts().parts(name, below(2), 10);
        ASSERT_TRUE(parts);
        if (parts->empty() || below(2) == 0)
          ASSERT_TRUE(store_->multiparts().abort(name));
        else
          ASSERT_TRUE(store_->multiparts().complete(name, *parts, {}));
        break;
      }
      default: ASSERT_TRUE(put(key, std::string(below(100), 'x')));
    }
    if (step % 20 != 0) continue;
    const Counted along = counted();
    limit({});  // Counts anew.
    ASSERT_EQ(counted(), along) << "after step " << step;
  }
}

TEST_F(QuotaTest, LeavesTheDiskWhatMustStayFree) {
  const auto folder = ContentFolder::open(folder_.path() / "other", 1ULL << 50);
  ASSERT_TRUE(folder);
  EXPECT_EQ((*folder)->create().error().code, ErrorCode::unavailable);
  const auto roomy = ContentFolder::open(folder_.path() / "roomy", 0);
  ASSERT_TRUE(roomy);
  EXPECT_TRUE((*roomy)->create());
  EXPECT_EQ((*roomy)->create(1ULL << 50).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace tintype::bucket
