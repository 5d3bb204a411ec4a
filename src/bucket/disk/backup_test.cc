#include "bucket/disk/backup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "bucket/disk/scrub.h"
#include "bucket/disk/test_store.h"

namespace tintype::bucket {
namespace {

using test::bucket_of;
using test::key_of;
using test::kNow;

class Copies : public ::testing::Test {
 protected:
  Copies() { EXPECT_TRUE(store_->create_bucket(bucket_)); }

  void put(std::string_view key, std::string_view content) {
    EXPECT_TRUE(store_->put(
        bucket_, key_of(key), as_bytes(content),
        {.content_type = {}, .cache_control = {}, .metadata = {}, .size = {}, .writer = {}}));
  }
  std::filesystem::path objects() const { return folder_.path() / "objects"; }
  std::string url() const { return "sqlite://" + (folder_.path() / "test.db").string(); }
  std::filesystem::path file_of(const std::string& key) {
    const auto rows = store_.database().read([&](sql::Session& session) {
      return session.query("SELECT content_id FROM object WHERE key = :1", {key});
    });
    const std::string id = rows->at(0).text(0);
    return objects() / "content" / id.substr(0, 2) / id;
  }
  std::vector<std::string> scrubbed(Scrubbed* totals = nullptr) {
    std::vector<std::string> told;
    const auto done = scrub(objects(), store_.database(), [&](const Damage& damage) {
      told.push_back(damage.what + ' ' + damage.key + ' ' + damage.reason);
    });
    EXPECT_TRUE(done);
    if (totals != nullptr) *totals = *done;
    return told;
  }

  test::TemporaryFolder folder_;
  test::TemporaryFolder to_;
  FixedClock clock_{kNow};
  test::OpenStore store_{folder_.path(), clock_};
  const BucketName bucket_ = bucket_of("photos");
};

TEST_F(Copies, AreScrubbed) {
  ASSERT_TRUE(store_->versions().set_versioning(bucket_, Versioning::enabled));
  for (const char* const key : {"digest", "gone", "long", "right", "short"}) put(key, "content");
  put("right", "again");
  const auto upload = store_->multiparts().create(
      bucket_, key_of("parts"),
      {.content_type = {}, .cache_control = {}, .metadata = {}, .size = {}, .writer = {}});
  ASSERT_TRUE(upload);
  auto part = store_->multiparts().begin_part(
      {.bucket = bucket_, .key = key_of("parts"), .upload_id = *upload},
      {.number = 1, .size = {}, .writer = {}});
  ASSERT_TRUE(part);
  ASSERT_TRUE((*part)->write(as_bytes("part")));
  ASSERT_TRUE((*part)->commit());

  Scrubbed totals;
  EXPECT_EQ(scrubbed(&totals), std::vector<std::string>());
  EXPECT_EQ(totals.contents, 7);
  EXPECT_EQ(totals.bytes, 5 * 7 + 5 + 4);
  EXPECT_EQ(totals.strays, 0);

  std::ofstream(file_of("digest"), std::ios::in) << "Content";
  std::ofstream(file_of("long"), std::ios::app) << "!";
  std::filesystem::resize_file(file_of("short"), 3);
  const auto stray = objects() / "content/00" / std::string(32, '0');
  std::filesystem::rename(file_of("gone"), stray);
  auto told = scrubbed(&totals);
  std::ranges::sort(told);
  EXPECT_EQ(told, (std::vector<std::string>{"object digest digest", "object gone missing",
                                            "object long size", "object short size"}));
  EXPECT_EQ(totals.damaged, 4);
  EXPECT_EQ(totals.strays, 1);
}

/// What a backup holds, as a store of its own.
void expect_whole(const std::filesystem::path& folder, const Clock& clock) {
  const auto database = sql::Database::open("sqlite://" + (folder / "tintype.db").string(), {});
  ASSERT_TRUE(database);
  std::vector<std::string> told;
  const auto done = scrub(folder / "objects", **database, [&](const Damage& damage) {
    told.push_back(damage.key + ' ' + damage.reason);
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(told, std::vector<std::string>());
  EXPECT_EQ(done->strays, 0);
  const auto store =
      open_disk_store({.folder = folder / "objects", .observers = {}}, **database, clock);
  ASSERT_TRUE(store) << store.error().message;
  const auto page =
      (*store)->list(bucket_of("photos"), {.prefix = "", .delimiter = "", .after = ""});
  ASSERT_TRUE(page);
  for (const ObjectInfo& info : page->objects) {
    const auto object = (*store)->open(info.bucket, info.key);
    ASSERT_TRUE(object);
    EXPECT_EQ(test::read_all_of(*object), "of " + info.key.str());
  }
}

TEST_F(Copies, AreWholeWhileOthersWrite) {
  for (int i = 0; i < 50; ++i) put("kept" + std::to_string(i), "of kept" + std::to_string(i));
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (int w = 0; w < 3; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; !stop; ++i) {
        const std::string key = "w" + std::to_string(w) + '-' + std::to_string(i % 7);
        put(key, "of " + key);
        if (i % 3 == 0) EXPECT_TRUE(store_->remove(bucket_, key_of(key), {}));
      }
    });
  for (int round = 0; round < 5; ++round) {
    const auto to = to_.path() / std::to_string(round);
    const auto done = back_up(objects(), url(), to);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_GE(done->contents, 50);
    expect_whole(to, clock_);
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  EXPECT_FALSE(std::filesystem::exists(objects() / "backup"));
}

TEST_F(Copies, LeaveNothingBehindThatWasKilled) {
  std::filesystem::create_directory(objects() / "backup");
  put("a", "old");
  put("a", "new");
  EXPECT_EQ(test::files_in(objects() / "backup").size(), 1);  // Kept for it.
  ASSERT_TRUE(back_up(objects(), url(), to_.path() / "b"));
  EXPECT_FALSE(std::filesystem::exists(objects() / "backup"));

  test::TemporaryFolder other;
  std::filesystem::create_directories(other.path() / "objects/backup");
  const test::OpenStore store(other.path(), clock_);
  EXPECT_FALSE(std::filesystem::exists(other.path() / "objects/backup"));
}

TEST_F(Copies, AreNotMadeOfADamagedStore) {
  put("a", "of a");
  std::filesystem::remove(file_of("a"));
  const auto done = back_up(objects(), url(), to_.path() / "b");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::corrupt);
}

TEST_F(Copies, ComeFromAStoreThatIsThere) {
  EXPECT_EQ(back_up(folder_.path() / "none", url(), to_.path() / "b").error().code,
            ErrorCode::not_found);
}

}  // namespace
}  // namespace tintype::bucket
