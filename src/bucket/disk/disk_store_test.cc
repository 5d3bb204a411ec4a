#include "bucket/disk/disk_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "bucket/disk/test_disk_store.h"
#include "crypto/digest.h"

namespace tintype::bucket {
namespace {

using test::bucket_of;
using test::DiskStoreTest;
using test::key_of;
using test::kNow;
using test::read_all_of;

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

  EXPECT_EQ(store_->remove(bucket_, key_of("a"), {.sequencer = first->sequencer}).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(get("a"), "two");
  ASSERT_TRUE(store_->remove(bucket_, key_of("a"), {.sequencer = second->sequencer}));
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
  const Precondition absent{.absent = true};
  const Precondition present{.present = true};
  const Precondition matches{.etag = etag_of("x")};
  const Precondition differs{.not_etag = etag_of("x")};
  const struct {
    const char* name;
    const char* before;     // Content when the upload begins; null: no object.
    const char* meanwhile;  // Content when it ends.
    const Precondition& wanted;
    std::optional<ErrorCode> at_begin;
    std::optional<ErrorCode> at_commit;
  } cases[] = {
      {"absent, and stays so", nullptr, nullptr, absent, {}, {}},
      {"absent, but is there", "x", "x", absent, ErrorCode::conflict, {}},
      {"absent, then comes", nullptr, "x", absent, {}, ErrorCode::conflict},
      {"present", "x", "y", present, {}, {}},
      {"present, but is not there", nullptr, nullptr, present, ErrorCode::not_found, {}},
      {"present, then goes", "x", nullptr, present, {}, ErrorCode::not_found},
      {"matches", "x", "x", matches, {}, {}},
      {"does not match", "y", "y", matches, ErrorCode::conflict, {}},
      {"matches no longer", "x", "y", matches, {}, ErrorCode::conflict},
      {"nothing to match", nullptr, nullptr, matches, ErrorCode::not_found, {}},
      {"nothing to match any more", "x", nullptr, matches, {}, ErrorCode::not_found},
      {"is another", "y", "y", differs, {}, {}},
      {"is none", nullptr, nullptr, differs, {}, {}},
      {"is this one", "x", "x", differs, ErrorCode::conflict, {}},
      {"becomes this one", "y", "x", differs, {}, ErrorCode::conflict},
  };
  const auto arrange = [&](const char* content) {
    ASSERT_TRUE(store_->remove(bucket_, key_of("k"), {}));
    if (content) ASSERT_TRUE(put("k", content));
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    arrange(c.before);
    PutOptions options;
    options.precondition = c.wanted;
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

}  // namespace
}  // namespace tintype::bucket
