#include "function/manifest.h"

#include <gtest/gtest.h>

#include "event/test_database.h"

namespace tintype::function {
namespace {

constexpr Instant kStart(std::chrono::milliseconds(1'795'465'864'123));

const std::vector<Asset> kAssets = {
    {"512", "image/jpeg", "avatars/me/512/0123456789abcdef0123456789abcdef.jpg", 512, 512, 30'000},
    {"64", "image/avif", "avatars/me/64/0123456789abcdef0123456789abcdef.avif", 64, 48, 900}};

class ManifestTest : public ::testing::Test {
 protected:
  Manifest manifest(const std::string& sequencer, const std::string& upload = "u1") {
    return {.collection = "avatars",
            .owner = *bucket::Owner::parse("auth0|ü"),
            .upload_id = upload,
            .sequencer = sequencer,
            .assets = kAssets,
            .updated_at = kStart};
  }
  Result<std::optional<Manifest>> swap(const Manifest& next) {
    return database_->write([&](sql::Session& session) { return manifests_.swap(session, next); });
  }
  std::string current() {
    const auto found = manifests_.find("avatars", manifest("").owner);
    return found ? found->sequencer + " " + found->upload_id : std::string();
  }

  event::TestDatabase database_;
  Manifests manifests_{*database_};
};

TEST_F(ManifestTest, IsFoundAsItWasSwapped) {
  const Manifest next = manifest("0A");
  EXPECT_EQ(manifests_.find("avatars", next.owner).error().code, ErrorCode::not_found);

  const auto replaced = swap(next);

  ASSERT_TRUE(replaced) << replaced.error().message;
  EXPECT_FALSE(*replaced);
  const auto found = manifests_.find("avatars", next.owner);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->collection, "avatars");
  EXPECT_EQ(found->owner, next.owner);
  EXPECT_EQ(found->upload_id, "u1");
  EXPECT_EQ(found->sequencer, "0A");
  EXPECT_EQ(found->assets, kAssets);
  EXPECT_EQ(found->updated_at, kStart);
  EXPECT_EQ(manifests_.find("banners", next.owner).error().code, ErrorCode::not_found);
  EXPECT_EQ(manifests_.find("avatars", *bucket::Owner::parse("me")).error().code,
            ErrorCode::not_found);
}

TEST_F(ManifestTest, GoesForwardOnly) {
  const struct {
    const char* name;
    const char* sequencer;
    const char* upload;
    bool swapped;
    const char* current;
  } cases[] = {
      {"the first", "0B", "u5", true, "0B u5"},
      {"an older one", "0A", "u9", false, "0B u5"},
      {"the same again", "0B", "u5", true, "0B u5"},
      {"the same, padded", "0B00", "u5", true, "0B u5"},
      {"the same time, an older slot", "0B", "u4", false, "0B u5"},
      {"the same time, a newer slot", "0B", "u6", true, "0B u6"},
      {"a newer one", "0B01", "u1", true, "0B01 u1"},
      {"none at all", "", "u9", false, "0B01 u1"},
      {"the newest", "FF", "u0", true, "FF u0"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto replaced = swap(manifest(c.sequencer, c.upload));
    EXPECT_EQ(replaced.has_value(), c.swapped);
    if (!replaced) EXPECT_EQ(replaced.error().code, ErrorCode::conflict);
    EXPECT_EQ(current(), c.current);
  }
}

TEST_F(ManifestTest, ReturnsWhatItReplaced) {
  ASSERT_TRUE(swap(manifest("0A")));

  const auto again = swap(manifest("0A"));
  const auto replaced = swap(manifest("0B", "u2"));

  ASSERT_TRUE(again && replaced);
  EXPECT_FALSE(*again);
  ASSERT_TRUE(*replaced);
  EXPECT_EQ((*replaced)->sequencer, "0A");
  EXPECT_EQ((*replaced)->assets, kAssets);
}

TEST_F(ManifestTest, OfSeveralOwnersAreFoundAtOnce) {
  for (const char* sub : {"ada", "grace"}) {
    Manifest next = manifest(sub);
    next.owner = *bucket::Owner::parse(sub);
    ASSERT_TRUE(swap(next));
  }
  const auto found = manifests_.find_all("avatars", {"grace", "nobody", "ada", "' OR 1=1 --"});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  for (const Manifest& one : *found) {
    EXPECT_EQ(one.sequencer, one.owner.str());
    EXPECT_EQ(one.assets, kAssets);
    EXPECT_EQ(one.updated_at, kStart);
  }
  EXPECT_TRUE(manifests_.find_all("avatars", {})->empty());
  EXPECT_TRUE(manifests_.find_all("banners", {"ada"})->empty());
}

TEST_F(ManifestTest, OnceClosedTakesNoWrite) {
  const bucket::Owner owner = manifest("").owner;
  const auto write = [&](auto work) {
    return database_->write(std::function<Status(sql::Session&)>(work));
  };
  for (const char* before : {"", "0A"}) {
    SCOPED_TRACE(before);
    if (*before != '\0') ASSERT_TRUE(swap(manifest(before)));
    ASSERT_TRUE(write([&](sql::Session& session) {
      return manifests_.close(session, "avatars", owner, kStart);
    }));
    EXPECT_TRUE(manifests_.find("avatars", owner)->assets.empty());
    for (const char* late : {"0A", "0B", "FFFFFFFFFFFFFFFF", "fffffffffffffffe"})
      EXPECT_EQ(swap(manifest(late)).error().code, ErrorCode::conflict) << late;
    ASSERT_TRUE(write([&](sql::Session& session) { return manifests_.forget(session, owner); }));
    EXPECT_EQ(manifests_.find("avatars", owner).error().code, ErrorCode::not_found);
  }
}

TEST_F(ManifestTest, IsNotSwappedByATransactionThatFails) {
  ASSERT_TRUE(swap(manifest("0A")));

  EXPECT_FALSE(database_->write([&](sql::Session& session) -> Status {
    TRY(manifests_.swap(session, manifest("0B", "u2")));
    return fail(ErrorCode::internal, "the slot could not be told");
  }));

  EXPECT_EQ(current(), "0A u1");
}

TEST_F(ManifestTest, SaysSoIfItsRowIsBroken) {
  ASSERT_TRUE(swap(manifest("0A")));
  for (const char* const body : {"", "{}", "[]", R"({"assets":{}})", R"({"assets":[7]})"}) {
    SCOPED_TRACE(body);
    ASSERT_TRUE(database_->write([&](sql::Session& session) {
      return session.execute("UPDATE manifest SET body = :1", {std::string(body)});
    }));
    EXPECT_EQ(manifests_.find("avatars", manifest("").owner).error().code, ErrorCode::corrupt);
    EXPECT_EQ(swap(manifest("0B")).error().code, ErrorCode::corrupt);
  }
}

TEST(AssetsJson, ReadsBackWhatItWrote) {
  EXPECT_EQ(assets_to_json({}), "[]");
  EXPECT_EQ(*assets_from_json("[]"), std::vector<Asset>());
  EXPECT_EQ(*assets_from_json(assets_to_json(kAssets)), kAssets);
  EXPECT_EQ(assets_to_json({kAssets[0]}),
            R"([{"variant":"512","type":"image/jpeg",)"
            R"("key":"avatars/me/512/0123456789abcdef0123456789abcdef.jpg",)"
            R"("width":512,"height":512,"size":30000}])");
}

TEST(AssetsJson, RejectsWithTheRightCode) {
  const struct {
    const char* name;
    const char* text;
  } cases[] = {
      {"empty", ""},
      {"cut", "[{"},
      {"two values", "[],[]"},
      {"another member", R"([],"more":[])"
                         "]"},
      {"no array", "{}"},
      {"no object", "[7]"},
      {"nothing in it", "[{}]"},
      {"no key", R"([{"variant":"v","type":"t","width":1,"height":1,"size":1}])"},
      {"a key that is a number",
       R"([{"variant":"v","type":"t","key":1,"width":1,"height":1,"size":1}])"},
      {"a width that is text",
       R"([{"variant":"v","type":"t","key":"k","width":"1","height":1,"size":1}])"},
      {"a size with a fraction",
       R"([{"variant":"v","type":"t","key":"k","width":1,"height":1,"size":1.5}])"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto assets = assets_from_json(c.text);
    ASSERT_FALSE(assets);
    EXPECT_EQ(assets.error().code, ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace tintype::function
