#include "bucket/disk_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <functional>
#include <thread>

#include "bucket/test_store.h"
#include "crypto/digest.h"

namespace tintype::bucket {
namespace {

using test::bucket_of;
using test::files_in;
using test::key_of;
using test::read_all_of;

constexpr Instant kNow{std::chrono::milliseconds(1'800'000'000'000)};

/// Refuses or fails on demand, and remembers what it was told.
class Witness final : public Observer {
 public:
  Status admit(const PutIntent& intent) override {
    if (intent.key.str() == "refused") return fail(ErrorCode::denied, "not this one");
    return {};
  }
  Status created(sql::Session& session, const ObjectInfo& object, const Writer& writer) override {
    TRY(
        session.execute("INSERT INTO event (id, bucket, key, sequencer, name, record, created_at)"
                        " VALUES (:1, :2, :3, :4, 'x', :5, 0)",
                        {object.sequencer, object.bucket.str(), object.key.str(), object.sequencer,
                         writer.principal}));
    if (object.key.str() == "undone") return fail(ErrorCode::conflict, "no");
    return {};
  }
  void committed(const ObjectInfo& object) override { committed_keys.push_back(object.key.str()); }

  std::vector<std::string> committed_keys;
};

class DiskStoreTest : public ::testing::Test {
 protected:
  DiskStoreTest() { EXPECT_TRUE(store_->create_bucket(bucket_)); }

  Result<ObjectInfo> put(std::string_view key, std::string_view content, PutOptions options = {}) {
    return store_->put(bucket_, key_of(key), as_bytes(content), std::move(options));
  }
  std::string get(std::string_view key) {
    const auto object = store_->open(bucket_, key_of(key));
    return object ? read_all_of(*object) : "error: " + object.error().message;
  }
  std::size_t count_files() { return files_in(folder_.path() / "objects" / "content").size(); }
  std::size_t count_pending() { return files_in(folder_.path() / "objects" / "pending").size(); }
  std::int64_t count_events() {
    const auto rows = store_.database().read(
        [](sql::Session& session) { return session.query("SELECT COUNT(*) FROM event"); });
    return rows ? rows->front().integer(0) : -1;
  }

  test::TemporaryFolder folder_;
  FixedClock clock_{kNow};
  Witness witness_;
  test::OpenStore store_{folder_.path(), clock_, {&witness_}};
  const BucketName bucket_ = bucket_of("photos");
};

TEST_F(DiskStoreTest, KnowsItsBuckets) {
  EXPECT_TRUE(*store_->bucket_exists(bucket_));
  EXPECT_FALSE(*store_->bucket_exists(bucket_of("other")));
  EXPECT_EQ(store_->create_bucket(bucket_).error().code, ErrorCode::conflict);
  ASSERT_TRUE(store_->create_bucket(bucket_of("assets")));
  const auto buckets = store_->buckets();
  ASSERT_TRUE(buckets);
  ASSERT_EQ(buckets->size(), 2);
  EXPECT_EQ(buckets->at(0).name, bucket_of("assets"));
  EXPECT_EQ(buckets->at(1).name, bucket_);
  EXPECT_EQ(buckets->at(1).created_at, kNow);
}

TEST_F(DiskStoreTest, GivesBackWhatWasPut) {
  const auto stored = put("a/b", "hello",
                          {.content_type = "text/plain",
                           .cache_control = "no-cache",
                           .metadata = {{"a", "1"}, {"quote", "\"\\\n\xc3\xbc"}},
                           .size = {},
                           .if_absent = false,
                           .if_etag = {},
                           .writer = {}});
  ASSERT_TRUE(stored);

  const auto object = store_->open(bucket_, key_of("a/b"));
  ASSERT_TRUE(object);
  EXPECT_EQ(read_all_of(*object), "hello");
  const auto head = store_->head(bucket_, key_of("a/b"));
  ASSERT_TRUE(head);
  for (const ObjectInfo& info : {*stored, object->info, *head}) {
    EXPECT_EQ(info.bucket, bucket_);
    EXPECT_EQ(info.key, key_of("a/b"));
    EXPECT_EQ(info.size, 5);
    EXPECT_EQ(info.etag, "5d41402abc4b2a76b9719d911017c592");
    EXPECT_EQ(info.sha256, crypto::sha256_hex(as_bytes("hello")));
    EXPECT_EQ(info.content_type, "text/plain");
    EXPECT_EQ(info.cache_control, "no-cache");
    EXPECT_EQ(info.metadata.at("quote"), "\"\\\n\xc3\xbc");
    EXPECT_EQ(info.sequencer, stored->sequencer);
    EXPECT_EQ(info.modified_at, kNow);
  }
}

TEST_F(DiskStoreTest, KeepsUglyKeysApart) {
  const std::vector<std::string> keys = {"..",
                                         "../../etc/passwd",
                                         "/",
                                         "//",
                                         "a",
                                         "a/",
                                         "a//b",
                                         "\x01\x02",
                                         "\n",
                                         "%2F",
                                         "\xc3\xbc/\xf0\x9f\x90\x88",
                                         std::string(Key::kSizeMax, 'k')};
  for (const auto& key : keys) ASSERT_TRUE(put(key, "content of " + key));
  for (const auto& key : keys) EXPECT_EQ(get(key), "content of " + key);
  EXPECT_EQ(count_files(), keys.size());
}

TEST_F(DiskStoreTest, KeepsEmptyObjects) {
  const auto stored = put("empty", "");
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->size, 0);
  EXPECT_EQ(stored->etag, "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(stored->content_type, "binary/octet-stream");
  EXPECT_EQ(get("empty"), "");
}

TEST_F(DiskStoreTest, SaysWhatIsMissing) {
  const BucketName other = bucket_of("other");
  const Key key = key_of("a");
  EXPECT_EQ(store_->head(bucket_, key).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->open(bucket_, key).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->open(other, key).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->begin(other, key, {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(store_->remove(other, key, {}).error().code, ErrorCode::not_found);
  EXPECT_TRUE(store_->remove(bucket_, key, {}));
}

TEST_F(DiskStoreTest, ReplacesAndRemovesWithoutLeavings) {
  const auto first = put("a", "one");
  const auto second = put("a", "two");
  EXPECT_GT(second->sequencer, first->sequencer);
  EXPECT_EQ(get("a"), "two");
  EXPECT_EQ(count_files(), 1);

  EXPECT_EQ(store_->remove(bucket_, key_of("a"), first->sequencer).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(get("a"), "two");
  ASSERT_TRUE(store_->remove(bucket_, key_of("a"), second->sequencer));
  EXPECT_FALSE(store_->head(bucket_, key_of("a")));
  EXPECT_EQ(count_files(), 0);
  EXPECT_EQ(count_pending(), 0);

  EXPECT_GT(put("a", "three")->sequencer, second->sequencer);
}

TEST_F(DiskStoreTest, LetsAReaderFinishWhatItOpened) {
  ASSERT_TRUE(put("a", "old"));
  const auto object = store_->open(bucket_, key_of("a"));
  ASSERT_TRUE(put("a", "new"));
  ASSERT_TRUE(store_->remove(bucket_, key_of("a"), {}));
  EXPECT_EQ(read_all_of(*object), "old");
}

TEST_F(DiskStoreTest, ChecksConditionsAtTheEndToo) {
  const auto etag_of = [](std::string_view text) {
    crypto::Digest md5(crypto::DigestKind::md5);
    md5.update(as_bytes(text));
    return to_hex(as_bytes(md5.finish()));
  };
  const struct {
    const char* name;
    const char* before;     // Content when the upload begins; null: no object.
    const char* meanwhile;  // Content when it ends.
    bool if_absent;
    const char* if_content;
    std::optional<ErrorCode> at_begin;
    std::optional<ErrorCode> at_commit;
  } cases[] = {
      {"absent, and stays so", nullptr, nullptr, true, nullptr, {}, {}},
      {"absent, but is there", "x", "x", true, nullptr, ErrorCode::conflict, {}},
      {"absent, then comes", nullptr, "x", true, nullptr, {}, ErrorCode::conflict},
      {"matches", "x", "x", false, "x", {}, {}},
      {"does not match", "y", "y", false, "x", ErrorCode::conflict, {}},
      {"matches no longer", "x", "y", false, "x", {}, ErrorCode::conflict},
      {"nothing to match", nullptr, nullptr, false, "x", ErrorCode::not_found, {}},
      {"nothing to match any more", "x", nullptr, false, "x", {}, ErrorCode::not_found},
  };
  const auto arrange = [&](const char* content) {
    ASSERT_TRUE(store_->remove(bucket_, key_of("k"), {}));
    if (content) ASSERT_TRUE(put("k", content));
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    arrange(c.before);
    PutOptions options;
    options.if_absent = c.if_absent;
    if (c.if_content) options.if_etag = etag_of(c.if_content);
    auto upload = store_->begin(bucket_, key_of("k"), options);
    ASSERT_EQ(upload.has_value(), !c.at_begin);
    if (!upload) {
      EXPECT_EQ(upload.error().code, *c.at_begin);
      continue;
    }
    ASSERT_TRUE((*upload)->write(as_bytes("new")));
    arrange(c.meanwhile);
    const auto stored = (*upload)->commit();
    ASSERT_EQ(stored.has_value(), !c.at_commit);
    if (!stored) EXPECT_EQ(stored.error().code, *c.at_commit);
    upload->reset();
    EXPECT_EQ(count_pending(), 0);
  }
}

TEST_F(DiskStoreTest, ShowsNothingOfAnUploadBeforeItsCommit) {
  ASSERT_TRUE(put("a", "old"));
  auto upload = *store_->begin(bucket_, key_of("a"), {});
  ASSERT_TRUE(upload->write(as_bytes("half of")));
  EXPECT_EQ(get("a"), "old");
  EXPECT_EQ(count_pending(), 1);
  upload.reset();
  EXPECT_EQ(get("a"), "old");
  EXPECT_EQ(count_pending(), 0);
}

TEST_F(DiskStoreTest, HoldsAnUploadToItsSize) {
  PutOptions announced;
  announced.size = 3;
  auto upload = *store_->begin(bucket_, key_of("a"), announced);
  ASSERT_TRUE(upload->write(as_bytes("ab")));
  EXPECT_EQ(upload->write(as_bytes("cd")).error().code, ErrorCode::too_large);
  EXPECT_EQ(upload->commit().error().code, ErrorCode::damaged_input);

  constexpr std::size_t kMax = 1 << 20;  // Of OpenStore.
  EXPECT_TRUE(put("under", std::string(kMax, 'x')));
  EXPECT_EQ(put("over", std::string(kMax + 1, 'x')).error().code, ErrorCode::too_large);
  auto unannounced = *store_->begin(bucket_, key_of("b"), {});
  ASSERT_TRUE(unannounced->write(as_bytes(std::string(kMax, 'x'))));
  EXPECT_EQ(unannounced->write(as_bytes("x")).error().code, ErrorCode::too_large);
}

TEST_F(DiskStoreTest, CommitsWhatObserversAddOrNothing) {
  PutOptions options;
  options.writer.principal = "somebody";
  ASSERT_TRUE(put("a", "x", options));
  EXPECT_EQ(count_events(), 1);
  EXPECT_EQ(witness_.committed_keys, std::vector<std::string>{"a"});

  const auto undone = put("undone", "x");
  ASSERT_FALSE(undone);
  EXPECT_EQ(undone.error().code, ErrorCode::conflict);
  EXPECT_EQ(count_events(), 1);
  EXPECT_FALSE(store_->head(bucket_, key_of("undone")));
  EXPECT_EQ(witness_.committed_keys.size(), 1);
  EXPECT_EQ(count_files(), 1);
  EXPECT_EQ(count_pending(), 0);
}

TEST_F(DiskStoreTest, AsksObserversBeforeTheBodyInTheirWords) {
  const auto begun = store_->begin(bucket_, key_of("refused"), {});
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, ErrorCode::denied);
  EXPECT_EQ(begun.error().message, "not this one");
  const PutOptions options;
  EXPECT_EQ(
      store_->admit({.bucket = bucket_, .key = key_of("refused"), .options = options}).error().code,
      ErrorCode::denied);
}

TEST_F(DiskStoreTest, LetsTheLastOfManyWritersWinWhole) {
  constexpr int kRounds = 30;
  const auto write_often = [&](char letter) {
    for (int i = 0; i < kRounds; ++i) EXPECT_TRUE(put("contested", std::string(1000, letter)));
  };
  const auto remove_often = [&] {
    for (int i = 0; i < kRounds; ++i) EXPECT_TRUE(store_->remove(bucket_, key_of("contested"), {}));
  };
  const auto read_often = [&] {
    for (int i = 0; i < 4 * kRounds; ++i) {
      const auto object = store_->open(bucket_, key_of("contested"));
      if (!object) {
        EXPECT_EQ(object.error().code, ErrorCode::not_found) << object.error().message;
        continue;
      }
      const std::string content = read_all_of(*object);
      EXPECT_EQ(crypto::sha256_hex(as_bytes(content)), object->info.sha256);
    }
  };
  {
    const std::jthread threads[] = {std::jthread(write_often, 'a'), std::jthread(write_often, 'b'),
                                    std::jthread(remove_often), std::jthread(read_often),
                                    std::jthread(read_often)};
  }
  EXPECT_EQ(count_pending(), 0);
  EXPECT_EQ(count_files(), store_->head(bucket_, key_of("contested")) ? 1 : 0);
}

TEST_F(DiskStoreTest, TellsAMissingContentFromAMissingObject) {
  ASSERT_TRUE(put("a", "x"));
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder_.path() / "objects" / "content"))
    if (entry.is_regular_file()) std::filesystem::remove(entry.path());
  EXPECT_EQ(store_->open(bucket_, key_of("a")).error().code, ErrorCode::corrupt);
}

// A disk that takes no more, by the kernel's own means: no file may grow over the limit. The
// database's files are under it, as a full disk would hit them too.
TEST_F(DiskStoreTest, IsUnavailableWhenTheDiskTakesNoMore) {
  ASSERT_TRUE(put("a", "old"));
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  rlimit tight = old_limit;
  tight.rlim_cur = 600'000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);

  const auto stored = put("a", std::string(700'000, 'x'));

  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  (void)std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, ErrorCode::unavailable) << stored.error().message;
  EXPECT_EQ(get("a"), "old");
  EXPECT_EQ(count_pending(), 0);
}

// Every step of a write that a disk can refuse, refused: the old object stays whole, and what is
// told is an error that asks to try again.
TEST_F(DiskStoreTest, KeepsTheOldObjectWhereverAWriteFails) {
  const auto objects = folder_.path() / "objects";
  const auto hide = [&](const std::string& name) {
    std::filesystem::rename(objects / name, objects / (name + ".hidden"));
  };
  const struct {
    const char* name;
    std::function<void()> harm;
    std::function<void()> heal;
    bool survives;  // The write, since nothing that it needs was harmed.
  } cases[] = {
      {"the reservation of sequencers",
       [&] {
         std::filesystem::remove(objects / "sequencer");
         std::filesystem::create_directories(objects / "sequencer" / "in the way");
         clock_.advance(std::chrono::hours(1));
       },
       [&] { std::filesystem::remove_all(objects / "sequencer"); }, false},
      {"the row",
       [&] {
         ASSERT_TRUE(store_.database().write([](sql::Session& session) -> Status {
           TRY(session.execute("ALTER TABLE object RENAME COLUMN etag TO hidden"));
           return {};
         }));
       },
       [&] {
         ASSERT_TRUE(store_.database().write([](sql::Session& session) -> Status {
           TRY(session.execute("ALTER TABLE object RENAME COLUMN hidden TO etag"));
           return {};
         }));
       },
       false},
      {"the move of the new and the old content",
       [&] {
         for (const auto& entry : std::filesystem::directory_iterator(objects / "content"))
           std::filesystem::rename(entry.path(), entry.path().string() + ".hidden");
       },
       [&] {
         for (const auto& entry : std::filesystem::directory_iterator(objects / "content"))
           std::filesystem::rename(entry.path(), entry.path().parent_path() / entry.path().stem());
       },
       true},
      {"nothing, though a name above moved", [&] { hide("content"); },
       [&] { std::filesystem::rename(objects / "content.hidden", objects / "content"); }, true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ASSERT_TRUE(put("a", "old"));
    c.harm();
    const auto stored = put("a", "new");
    c.heal();
    EXPECT_EQ(stored.has_value(), c.survives);
    EXPECT_EQ(get("a"), c.survives ? "new" : "old");
  }
}

}  // namespace
}  // namespace tintype::bucket
