#include "bucket/identity/identities.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "bucket/disk/test_store.h"
#include "crypto/seal.h"

namespace tintype::bucket {
namespace {

using std::chrono::hours;
using test::bucket_of;
using test::kNow;

constexpr const char* kSecret = "a-secret-of-ada";

template <class T>
ErrorCode code_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? ErrorCode::internal : result.error().code;
}

class IdentitiesTest : public ::testing::Test {
 protected:
  Status add(const std::string& owner, const std::string& key, RightsByBucket rights = {}) {
    return identities_.add({.owner_id = owner,
                            .rights = std::move(rights),
                            .key = {.id = key, .secret = Secret(kSecret)}});
  }
  std::vector<std::string> keys() {
    std::vector<std::string> ids;
    const auto listed = identities_.list();
    EXPECT_TRUE(listed);
    for (const Identity& identity : *listed) ids.push_back(identity.access_key_id);
    return ids;
  }

  test::TemporaryFolder folder_;
  FixedClock clock_{kNow};
  test::OpenStore store_{folder_.path(), clock_};
  const Secret seal_key_ = crypto::make_seal_key();
  Identities identities_{store_.database(), clock_, seal_key_};
};

TEST_F(IdentitiesTest, FindsWhoHoldsAKey) {
  ASSERT_TRUE(identities_.add({.owner_id = "ada",
                               .display_name = "Ada L.",
                               .may_create = false,
                               .rights = {{"photos", {Right::read}}, {"*", {Right::list}}},
                               .key = {.id = "ADAKEY", .secret = Secret(kSecret)}}));
  const auto found = identities_.find("ADAKEY");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->secret.reveal(), kSecret);
  const Identity& ada = found->identity;
  EXPECT_EQ(ada.access_key_id, "ADAKEY");
  EXPECT_EQ(ada.owner, (BucketOwner{.id = "ada", .display_name = "Ada L."}));
  EXPECT_FALSE(ada.may_create);
  EXPECT_FALSE(ada.is_node());
  EXPECT_EQ(ada.created_at, kNow);
  EXPECT_EQ(ada.rights_on(bucket_of("photos")), (Rights{Right::list, Right::read}));
  EXPECT_EQ(ada.rights_on(bucket_of("others")), (Rights{Right::list}));
  EXPECT_EQ(identities_.owner("ada")->display_name, "Ada L.");
  EXPECT_EQ(code_of(identities_.find("adakey")), ErrorCode::not_found);
  EXPECT_EQ(code_of(identities_.owner("grace")), ErrorCode::not_found);
}

TEST_F(IdentitiesTest, KeepsNoSecretThatCanBeRead) {
  ASSERT_TRUE(add("ada", "ADAKEY"));
  const auto row = store_.database().read(
      [](sql::Session& session) { return session.query("SELECT sealed_secret FROM access_key"); });
  ASSERT_TRUE(row);
  const auto sealed = from_base64(row->at(0).text(0));
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->find(kSecret), std::string::npos);
  Identities stranger(store_.database(), clock_, crypto::make_seal_key());
  EXPECT_EQ(code_of(stranger.find("ADAKEY")), ErrorCode::corrupt);
}

TEST_F(IdentitiesTest, DoesNotTakeTheSecretOfAnotherRow) {
  ASSERT_TRUE(add("ada", "ADAKEY"));
  ASSERT_TRUE(add("tintype", "NODEKEY"));
  ASSERT_TRUE(store_.database().write([](sql::Session& session) -> Status {
    TRY(
        session.execute("UPDATE access_key SET sealed_secret ="
                        " (SELECT sealed_secret FROM access_key WHERE id = 'ADAKEY')"
                        " WHERE id = 'NODEKEY'"));
    return {};
  }));
  EXPECT_EQ(code_of(identities_.find("NODEKEY")), ErrorCode::corrupt);
}

TEST_F(IdentitiesTest, ChangesAnOwnerWithItsNextKey) {
  ASSERT_TRUE(add("ada", "FIRST", {{"photos", {Right::read}}, {"films", {Right::read}}}));
  ASSERT_TRUE(add("ada", "SECOND", {{"photos", {Right::write}}, {"films", {}}}));
  for (const char* const key : {"FIRST", "SECOND"}) {
    const auto found = identities_.find(key);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->identity.rights, (RightsByBucket{{"photos", {Right::write}}}));
    EXPECT_TRUE(found->identity.may_create);
    EXPECT_EQ(found->identity.owner.display_name, "ada");
  }
}

TEST_F(IdentitiesTest, RefusesWhatCannotBe) {
  ASSERT_TRUE(add("ada", "ADAKEY"));
  EXPECT_EQ(code_of(add("grace", "ADAKEY")), ErrorCode::conflict);
  EXPECT_EQ(code_of(identities_.owner("grace")), ErrorCode::not_found);  // Nothing of it is kept.
  for (const char* const owner : {"", "a b", "a/b", "\xc3\xa4"})
    EXPECT_EQ(code_of(add(owner, "KEY2")), ErrorCode::invalid_argument) << owner;
  EXPECT_EQ(code_of(add(std::string(65, 'a'), "KEY2")), ErrorCode::invalid_argument);
  for (const char* const key : {"", "ab", "a/bc", "a b c", "a,bc"})
    EXPECT_EQ(code_of(add("ada", key)), ErrorCode::invalid_argument) << key;
  EXPECT_EQ(code_of(add("ada", "KEY2", {{"Not A Bucket", {Right::read}}})),
            ErrorCode::invalid_argument);
  const auto with_secret = [&](std::string secret) {
    return identities_.add(
        {.owner_id = "ada", .key = {.id = "KEY2", .secret = Secret(std::move(secret))}});
  };
  for (const char* const secret : {"", "short", "has a space", "caf\xc3\xa9-long-enough"}) {
    const auto refused = with_secret(secret);
    EXPECT_EQ(code_of(refused), ErrorCode::invalid_argument) << secret;
  }
  // The message goes to a terminal.
  EXPECT_EQ(with_secret("has a space").error().message.find("has a space"), std::string::npos);
}

TEST_F(IdentitiesTest, RotatesWithOverlap) {
  ASSERT_TRUE(add("ada", "OLD", {{"photos", {Right::read}}}));
  ASSERT_TRUE(
      identities_.rotate("OLD", hours(24), {.id = "NEW", .secret = Secret("another-secret")}));
  ASSERT_TRUE(identities_.find("OLD"));
  EXPECT_EQ(identities_.find("OLD")->identity.expires_at, kNow + hours(24));
  EXPECT_EQ(identities_.find("NEW")->identity.expires_at, std::nullopt);
  EXPECT_EQ(identities_.find("NEW")->secret.reveal(), "another-secret");
  EXPECT_EQ(identities_.find("NEW")->identity.rights_on(bucket_of("photos")), Rights{Right::read});

  clock_.advance(hours(24));
  EXPECT_EQ(code_of(identities_.find("OLD")), ErrorCode::not_found);
  // Told of until the next one. Of the same instant: by id.
  EXPECT_EQ(keys(), (std::vector<std::string>{"NEW", "OLD"}));
  ASSERT_TRUE(
      identities_.rotate("NEW", hours(1), {.id = "NEWER", .secret = Secret("another-secret")}));
  EXPECT_EQ(keys(), (std::vector<std::string>{"NEW", "NEWER"}));
  // Again, with more overlap: an end that was promised is kept.
  ASSERT_TRUE(
      identities_.rotate("NEW", hours(9), {.id = "NEWEST", .secret = Secret("another-secret")}));
  EXPECT_EQ(identities_.find("NEW")->identity.expires_at, kNow + hours(25));
  EXPECT_EQ(code_of(identities_.rotate("NONE", hours(1), make_access_key())), ErrorCode::not_found);
}

TEST_F(IdentitiesTest, RemovesAKeyAndAnOwnerThatHasNothingElse) {
  ASSERT_TRUE(add("ada", "FIRST"));
  ASSERT_TRUE(add("ada", "SECOND"));
  ASSERT_TRUE(identities_.remove("FIRST"));
  EXPECT_EQ(code_of(identities_.find("FIRST")), ErrorCode::not_found);
  EXPECT_EQ(code_of(identities_.remove("FIRST")), ErrorCode::not_found);
  ASSERT_TRUE(store_->create_bucket_of("ada", bucket_of("photos")));
  ASSERT_TRUE(identities_.remove("SECOND"));
  EXPECT_TRUE(identities_.owner("ada"));  // Somebody must own the bucket.

  ASSERT_TRUE(add("ada", "THIRD"));
  ASSERT_TRUE(store_->remove_bucket(bucket_of("photos")));
  ASSERT_TRUE(identities_.remove("THIRD"));
  EXPECT_EQ(code_of(identities_.owner("ada")), ErrorCode::not_found);
  ASSERT_TRUE(add("tintype", "NODEKEY"));
  ASSERT_TRUE(identities_.remove("NODEKEY"));
  EXPECT_TRUE(identities_.owner("tintype"));
}

TEST(AccessKey, IsNewEachTimeAndMayBeUsed) {
  const AccessKey key = make_access_key();
  EXPECT_EQ(key.id.size(), 20);
  EXPECT_TRUE(check_access_key(key.id, key.secret));
  EXPECT_NE(make_access_key().id, key.id);
  EXPECT_NE(make_access_key().secret.reveal(), key.secret.reveal());
}

}  // namespace
}  // namespace tintype::bucket
