#include "bucket/disk/list_objects.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "bucket/disk/object_row.h"
#include "bucket/disk/test_store.h"

namespace tintype::bucket {
namespace {

using test::bucket_of;
using test::key_of;

/// Rows without contents: a list reads none.
void insert(sql::Database& database, const BucketName& bucket, const std::set<std::string>& keys) {
  ASSERT_TRUE(database.write([&](sql::Session& session) -> Status {
    for (const auto& key : keys) {
      const ObjectInfo object{.bucket = bucket,
                              .key = key_of(key),
                              .size = key.size(),
                              .etag = "e",
                              .sha256 = "s",
                              .content_type = "t",
                              .cache_control = "",
                              .metadata = {},
                              .sequencer = "0000000000000001",
                              .modified_at = {}};
      TRY(write_object_row(session, object, make_id()));
    }
    return {};
  }));
}

struct Entries {
  std::vector<std::string> keys;
  std::vector<std::string> prefixes;
  bool truncated = false;
  std::string next_after;
  bool operator==(const Entries&) const = default;
};

Entries entries_of(const ListPage& page) {
  Entries entries{.keys = {},
                  .prefixes = page.common_prefixes,
                  .truncated = page.truncated,
                  .next_after = page.next_after};
  for (const auto& object : page.objects) entries.keys.push_back(object.key.str());
  return entries;
}

/// What the face says, word by word: look at every key.
Entries oracle(const std::set<std::string>& keys, const ListQuery& query) {
  std::map<std::string, bool> all;  // Whether the entry is a common prefix.
  for (const std::string& key : keys) {
    if (!key.starts_with(query.prefix)) continue;
    std::string entry = key;
    const auto at = query.delimiter.empty() ? std::string::npos
                                            : key.find(query.delimiter, query.prefix.size());
    if (at != std::string::npos) entry = key.substr(0, at + query.delimiter.size());
    if (entry > query.after) all[entry] = at != std::string::npos;
  }
  Entries entries;
  if (query.count_max == 0) return entries;
  std::size_t count = 0;
  for (const auto& [entry, is_prefix] : all) {
    if (count++ == query.count_max) {
      entries.truncated = true;
      return entries;
    }
    (is_prefix ? entries.prefixes : entries.keys).push_back(entry);
    entries.next_after = entry;
  }
  entries.next_after.clear();
  return entries;
}

class ListTest : public ::testing::Test {
 protected:
  ListTest() { EXPECT_TRUE(store_->create_bucket(bucket_)); }

  test::TemporaryFolder folder_;
  SystemClock clock_;
  test::OpenStore store_{folder_.path(), clock_};
  const BucketName bucket_ = bucket_of("photos");
};

TEST_F(ListTest, AgreesWithAnOracleThatLooksAtEveryKey) {
  std::mt19937 random(42);  // NOLINT(bugprone-random-generator-seed): the same run each time.
  // Few letters, so that prefixes are shared; neighbours of the delimiter; the ends of what UTF-8
  // has.
  const std::vector<std::string> letters = {
      "a",  "b",           "/", ".", "0", "\xc3\xbc", "\x7f", "\x01", "\xf4\x8f\xbf\xbf",
      "//", "\xed\x9f\xbf"};
  const auto text = [&](std::size_t size_max) {
    std::string made;
    for (auto size = random() % (size_max + 1); size > 0; --size)
      made += letters[random() % letters.size()];
    return made;
  };
  std::set<std::string> keys;
  while (keys.size() < 400) {
    if (auto key = text(6); !key.empty()) keys.insert(key);
  }
  insert(store_.database(), bucket_, keys);
  const BucketName other = bucket_of("other");
  ASSERT_TRUE(store_->create_bucket(other));
  insert(store_.database(), other, {"a", "b/c"});

  for (int i = 0; i < 400; ++i) {
    const std::vector<std::string> delimiters = {"",  "/",        "//",
                                                 "a", "\xc3\xbc", "\xf4\x8f\xbf\xbf"};
    const ListQuery query{.prefix = text(2),
                          .delimiter = delimiters[random() % delimiters.size()],
                          .after = text(3),
                          .count_max = random() % 4 == 0 ? 1000 : random() % 20};
    const auto page = store_->list(bucket_, query);
    ASSERT_TRUE(page);
    EXPECT_EQ(entries_of(*page), oracle(keys, query))
        << "prefix " << query.prefix << " delimiter " << query.delimiter << " after " << query.after
        << " count_max " << query.count_max;
  }
}

TEST_F(ListTest, ShowsEveryEntryOnceOverItsPages) {
  std::set<std::string> keys;
  for (int i = 0; i < 50; ++i) {
    keys.insert("folder" + std::to_string(i % 7) + "/" + std::to_string(i));
    keys.insert("file" + std::to_string(i));
  }
  insert(store_.database(), bucket_, keys);
  for (const std::size_t count_max : {1U, 2U, 3U, 56U, 57U, 58U}) {
    SCOPED_TRACE(count_max);
    ListQuery query{.prefix = "", .delimiter = "/", .after = "", .count_max = count_max};
    const Entries all = oracle(keys, {.prefix = "", .delimiter = "/", .after = ""});
    Entries seen;
    for (;;) {
      const auto page = store_->list(bucket_, query);
      ASSERT_TRUE(page);
      const Entries entries = entries_of(*page);
      EXPECT_LE(entries.keys.size() + entries.prefixes.size(), count_max);
      seen.keys.insert(seen.keys.end(), entries.keys.begin(), entries.keys.end());
      seen.prefixes.insert(seen.prefixes.end(), entries.prefixes.begin(), entries.prefixes.end());
      if (!page->truncated) break;
      query.after = page->next_after;
    }
    EXPECT_EQ(seen, all);
  }
}

/// Counts the rows that a list fetches.
class CountingSession final : public sql::Session {
 public:
  explicit CountingSession(sql::Session& inner) : inner_(inner) {}
  Result<std::int64_t> execute(std::string_view statement, const sql::Values& values) override {
    return inner_.execute(statement, values);
  }
  Result<sql::Rows> query(std::string_view statement, const sql::Values& values) override {
    auto rows = inner_.query(statement, values);
    if (rows) row_count += rows->size();
    return rows;
  }
  std::size_t row_count = 0;

 private:
  sql::Session& inner_;
};

TEST_F(ListTest, ReadsAsManyRowsAsThePageHasNotAsTheFoldersHave) {
  std::set<std::string> keys;
  for (int i = 0; i < 3000; ++i) {
    const std::string folder(1, static_cast<char>('a' + i % 3));
    keys.insert(folder + "/" + std::to_string(i));
  }
  insert(store_.database(), bucket_, keys);
  std::size_t row_count = 0;
  const auto page = store_.database().read([&](sql::Session& session) -> Result<ListPage> {
    CountingSession counting(session);
    auto listed = list_objects(counting, bucket_, {.prefix = "", .delimiter = "/", .after = ""});
    row_count = counting.row_count;
    return listed;
  });
  ASSERT_TRUE(page);
  EXPECT_EQ(page->common_prefixes, (std::vector<std::string>{"a/", "b/", "c/"}));
  EXPECT_LE(row_count, 8 * 4);
}

TEST_F(ListTest, RefusesWhatItCannotList) {
  EXPECT_EQ(store_->list(bucket_of("missing"), {}).error().code, ErrorCode::not_found);
  const std::string nul("\0", 1);
  for (const ListQuery& query : {ListQuery{.prefix = "\xff", .delimiter = "", .after = ""},
                                 ListQuery{.prefix = "", .delimiter = "\xc3", .after = ""},
                                 ListQuery{.prefix = "", .delimiter = "", .after = "\xed\xa0\x80"},
                                 ListQuery{.prefix = nul, .delimiter = "", .after = ""}})
    EXPECT_EQ(store_->list(bucket_, query).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tintype::bucket
