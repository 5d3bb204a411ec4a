#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bucket/disk/key_order.h"
#include "bucket/disk/test_disk_store.h"

namespace tintype::bucket {
namespace {

using test::key_of;
using test::read_all_of;

class DiskVersionsTest : public test::DiskStoreTest {
 protected:
  Versions& versions() { return store_->versions(); }
  void set(Versioning versioning) { ASSERT_TRUE(versions().set_versioning(bucket_, versioning)); }
  std::string get_version(std::string_view key, const std::string& version_id) {
    const auto object = versions().open(bucket_, key_of(key), version_id);
    return object ? read_all_of(*object) : "error: " + object.error().message;
  }
  /// "key=content", "key-" for a marker, and "*" behind the latest; page by page.
  std::vector<std::string> list(VersionQuery query = {}) {
    std::vector<std::string> told;
    for (;;) {
      const auto page = versions().list(bucket_, query);
      EXPECT_TRUE(page) << page.error().message;
      if (!page) return told;
      for (const VersionInfo& version : page->versions) {
        const std::string& key = version.info.key.str();
        told.push_back(key +
                       (version.is_marker ? "-" : "=" + get_version(key, version.info.version_id)) +
                       (version.is_latest ? "*" : ""));
      }
      for (const std::string& prefix : page->common_prefixes) told.push_back(prefix);
      if (!page->truncated) return told;
      query.after_key = page->next_after_key;
      query.after_version_id = page->next_after_version_id;
    }
  }
};

using Told = std::vector<std::string>;

TEST_F(DiskVersionsTest, KeepsWhatIsReplacedOnceTheyAreEnabled) {
  EXPECT_EQ(versions().versioning(bucket_), Versioning::off);
  EXPECT_EQ(put("a", "zero")->version_id, "null");
  set(Versioning::enabled);
  const auto one = put("a", "one");
  const auto two = put("a", "two");
  EXPECT_NE(one->version_id, two->version_id);
  EXPECT_EQ(list(), (Told{"a=two*", "a=one", "a=zero"}));
  EXPECT_EQ(get("a"), "two");
  EXPECT_EQ(get_version("a", one->version_id), "one");
  EXPECT_EQ(get_version("a", "null"), "zero");
  EXPECT_EQ(versions().open(bucket_, key_of("a"), "none").error().code, ErrorCode::not_found);
  EXPECT_EQ(count_files(), 3);
  EXPECT_EQ(versions().set_versioning(bucket_, Versioning::off).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(store_->remove_bucket(bucket_).error().code, ErrorCode::conflict);
}

TEST_F(DiskVersionsTest, PutsAMarkerWhereAnObjectIsRemoved) {
  set(Versioning::enabled);
  const auto one = put("a", "one");
  const auto removal = store_->remove(bucket_, key_of("a"), {.sequencer = one->sequencer});
  ASSERT_TRUE(removal);
  EXPECT_TRUE(removal->is_marker);
  EXPECT_EQ(store_->head(bucket_, key_of("a")).error().code, ErrorCode::not_found);
  EXPECT_TRUE(versions().latest(bucket_, key_of("a"))->is_marker);
  EXPECT_EQ(versions().open(bucket_, key_of("a"), removal->version_id).error().code,
            ErrorCode::invalid_argument);
  EXPECT_TRUE(store_->remove(bucket_, key_of("b"))->is_marker);  // Also of what never was.
  EXPECT_EQ(list(), (Told{"a-*", "a=one", "b-*"}));
  EXPECT_TRUE(store_->list(bucket_, {.prefix = "", .delimiter = "", .after = ""})->objects.empty());
  EXPECT_EQ(store_->remove_bucket(bucket_).error().code, ErrorCode::conflict);

  // The marker goes, and the object is back.
  EXPECT_TRUE(versions().remove(bucket_, key_of("a"), removal->version_id)->is_marker);
  EXPECT_EQ(get("a"), "one");
  EXPECT_EQ(list(), (Told{"a=one*", "b-*"}));
}

TEST_F(DiskVersionsTest, ReplaceTheNullOneWhileSuspended) {
  set(Versioning::enabled);
  const auto one = put("a", "one");
  set(Versioning::suspended);
  EXPECT_EQ(put("a", "two")->version_id, "null");
  EXPECT_EQ(put("a", "three")->version_id, "null");
  EXPECT_EQ(list(), (Told{"a=three*", "a=one"}));
  EXPECT_EQ(count_files(), 2);
  EXPECT_EQ(store_->remove(bucket_, key_of("a"))->version_id, "null");
  EXPECT_EQ(list(), (Told{"a-*", "a=one"}));
  EXPECT_EQ(count_files(), 1);
  ASSERT_TRUE(put("a", "four"));
  EXPECT_EQ(list(), (Told{"a=four*", "a=one"}));
  ASSERT_TRUE(versions().remove(bucket_, key_of("a"), "null"));
  EXPECT_EQ(get("a"), "one");
  ASSERT_TRUE(versions().remove(bucket_, key_of("a"), one->version_id));
  EXPECT_EQ(list(), Told());
  EXPECT_EQ(count_files(), 0);
  EXPECT_EQ(count_pending(), 0);
  EXPECT_TRUE(store_->remove_bucket(bucket_));
}

TEST_F(DiskVersionsTest, ListFromAnyPlace) {
  set(Versioning::enabled);
  for (const char* const text : {"1", "2", "3"})
    for (const char* const key : {"a", "b/1", "b/2", "c"}) ASSERT_TRUE(put(key, text));
  const Told all = {"a=3*",   "a=2",   "a=1",   "b/1=3*", "b/1=2", "b/1=1",
                    "b/2=3*", "b/2=2", "b/2=1", "c=3*",   "c=2",   "c=1"};
  for (const std::size_t count : {1UL, 2UL, 5UL, 12UL, 1000UL})
    EXPECT_EQ(list({.count_max = count}), all);
  EXPECT_EQ(list({.prefix = "b/"}), Told(all.begin() + 3, all.begin() + 9));
  EXPECT_EQ(list({.after_key = "b/1"}), Told(all.begin() + 6, all.end()));
  const auto folders = versions().list(bucket_, {.delimiter = "/", .count_max = 4});
  EXPECT_EQ(folders->common_prefixes, std::vector<std::string>{"b/"});
  EXPECT_EQ(folders->next_after_key, "b/");
  EXPECT_EQ(folders->next_after_version_id, "");
  EXPECT_EQ(list({.delimiter = "/", .count_max = 4}).size(), 7);
  EXPECT_EQ(versions().list(bucket_, {.prefix = "\xff"}).error().code, ErrorCode::invalid_argument);
}

// A page may end with a version that is gone when the next one is asked for.
TEST_F(DiskVersionsTest, ListOnBehindAVersionThatWasRemoved) {
  ASSERT_TRUE(put("a", "0"));
  set(Versioning::enabled);
  std::vector<std::string> ids = {"null"};
  for (const char* const text : {"1", "2"}) ids.push_back(put("a", text)->version_id);
  ASSERT_TRUE(put("b", "0"));
  const auto page = versions().list(bucket_, {.count_max = 2});
  EXPECT_EQ(page->next_after_version_id, ids[1]);
  ASSERT_TRUE(versions().remove(bucket_, key_of("a"), ids[1]));
  EXPECT_EQ(list({.after_key = "a", .after_version_id = ids[1]}), (Told{"a=0", "b=0*"}));
  // Nobody knows where the null one stood: told twice is better than not at all.
  ASSERT_TRUE(versions().remove(bucket_, key_of("a"), "null"));
  EXPECT_EQ(list({.after_key = "a", .after_version_id = "null"}), (Told{"a=2*", "b=0*"}));
}

TEST_F(DiskVersionsTest, TagsOneVersion) {
  set(Versioning::enabled);
  const auto one = put("a", "one");
  const auto two = put("a", "two");
  ASSERT_TRUE(versions().set_tags(bucket_, key_of("a"), one->version_id, {{"k", "old"}}));
  EXPECT_EQ(versions().head(bucket_, key_of("a"), one->version_id)->info.tags.at("k"), "old");
  EXPECT_TRUE(store_->head(bucket_, key_of("a"))->tags.empty());
  ASSERT_TRUE(versions().set_tags(bucket_, key_of("a"), two->version_id, {{"k", "new"}}));
  EXPECT_EQ(store_->head(bucket_, key_of("a"))->tags.at("k"), "new");
  EXPECT_EQ(versions().set_tags(bucket_, key_of("a"), "none", {}).error().code,
            ErrorCode::not_found);
}

/// What S3's documentation says of versions, told once more and as simply as can be.
class Model {
 public:
  struct Version {
    std::string id;
    std::string content;
    bool is_marker = false;
  };

  void write(const std::string& key, Version version) {
    auto& list = keys[key];
    if (versioning == Versioning::off) list.clear();
    if (versioning == Versioning::suspended) std::erase_if(list, is_null);
    list.insert(list.begin(), std::move(version));
  }
  void remove(const std::string& key, const std::string& marker_id) {
    if (versioning == Versioning::off) {
      keys.erase(key);
    } else {
      write(key, {.id = marker_id, .content = "", .is_marker = true});
    }
  }
  void remove_version(const std::string& key, const std::string& id) {
    std::erase_if(keys[key], [&](const Version& version) { return version.id == id; });
  }
  Told list() const {
    Told told;
    for (const auto& [key, versions] : keys)
      for (std::size_t i = 0; i < versions.size(); ++i)
        told.push_back(key + (versions[i].is_marker ? "-" : "=" + versions[i].content) +
                       (i == 0 ? "*" : ""));
    return told;
  }
  std::size_t count_contents() const {
    std::size_t count = 0;
    for (const auto& [key, versions] : keys)
      count += static_cast<std::size_t>(std::ranges::count(
          versions, false, [](const Version& version) { return version.is_marker; }));
    return count;
  }

  Versioning versioning = Versioning::off;
  std::map<std::string, std::vector<Version>> keys;

 private:
  static bool is_null(const Version& version) { return version.id == kNullVersion; }
};

class DiskVersionsModel : public DiskVersionsTest,
                          public ::testing::WithParamInterface<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, DiskVersionsModel, ::testing::Range(0U, 6U));

TEST_P(DiskVersionsModel, DoesWhatTheModelDoes) {
  std::mt19937 random(GetParam());
  const auto draw = [&](std::size_t count) { return random() % count; };
  Model model;
  for (int step = 0; step < 250; ++step) {
    const std::string key(1, static_cast<char>('a' + draw(3)));
    const auto known = model.keys[key];
    switch (draw(6)) {
      case 0:
        if (draw(4) != 0) break;
        model.versioning = draw(3) == 0 ? Versioning::suspended : Versioning::enabled;
        set(model.versioning);
        break;
      case 1:
      case 2: {
        const std::string content = std::to_string(step);
        const auto written = put(key, content);
        ASSERT_TRUE(written);
        model.write(key, {.id = written->version_id, .content = content});
        break;
      }
      case 3: {
        const auto removal = store_->remove(bucket_, key_of(key));
        ASSERT_TRUE(removal);
        EXPECT_EQ(removal->is_marker, model.versioning != Versioning::off);
        model.remove(key, removal->version_id);
        break;
      }
      default: {
        const std::string id = known.empty() ? "none" : known[draw(known.size())].id;
        ASSERT_TRUE(versions().remove(bucket_, key_of(key), id));
        model.remove_version(key, id);
      }
    }
    ASSERT_EQ(list({.count_max = 1 + draw(5)}), model.list()) << "step " << step;
    const auto& now = model.keys[key];
    if (now.empty() || now[0].is_marker) {
      ASSERT_FALSE(store_->head(bucket_, key_of(key)));
    } else {
      ASSERT_EQ(get(key), now[0].content);
    }
    ASSERT_EQ(count_files(), model.count_contents());
  }
  EXPECT_EQ(count_pending(), 0);
}

TEST(KeyOrder, FindsTheLeastTextBehindAPrefix) {
  EXPECT_EQ(after_all_of("a"), "b");
  EXPECT_EQ(after_all_of("a\x7f"), "a\u0080");
  EXPECT_EQ(after_all_of("\ud7ff"), "\ue000");
  EXPECT_EQ(after_all_of("a\U0010ffff"), "b");
  EXPECT_EQ(after_all_of("\U0010ffff"), std::nullopt);
  EXPECT_EQ(after_all_of(""), std::nullopt);
  EXPECT_EQ(common_prefix_of("a/b/c", "a/", "/"), "a/b/");
  EXPECT_EQ(common_prefix_of("a/b", "a/", "/"), std::nullopt);
  EXPECT_EQ(common_prefix_of("a/b", "", ""), std::nullopt);
  EXPECT_FALSE(check_key_text(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace tintype::bucket
