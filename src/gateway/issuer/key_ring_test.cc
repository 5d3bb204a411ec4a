#include "gateway/issuer/key_ring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <thread>
#include <vector>

#include "base/file.h"
#include "gateway/test_gateway.h"

namespace tintype::gateway {
namespace {

using test::kNow;

class KeyRingTest : public ::testing::Test {
 protected:
  std::unique_ptr<KeyRing> open(Instant now = kNow) {
    auto ring = KeyRing::open(file(), now);
    EXPECT_TRUE(ring) << ring.error().message;
    return ring ? *std::move(ring) : nullptr;
  }
  std::filesystem::path file() const { return folder_.path() / "keys.json"; }

  test::Folder folder_;
};

TEST_F(KeyRingTest, MakesAKeyThatOnlyItsOwnerReads) {
  ASSERT_NE(open(), nullptr);
  struct stat status{};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const std::filesystem::directory_iterator files(folder_.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "something was left behind";
}

TEST_F(KeyRingTest, KeepsItsKeys) {
  const std::string first = open()->keys()->jwks_json;
  EXPECT_EQ(open()->keys()->jwks_json, first);
}

TEST_F(KeyRingTest, AgreesOnOneKeyWhenManyStartAtOnce) {
  std::vector<std::string> keys(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& key : keys)
      threads.emplace_back([&key, this] {
        if (const auto ring = KeyRing::open(file(), kNow)) key = (*ring)->keys()->jwks_json;
      });
  }
  for (const std::string& key : keys) {
    EXPECT_FALSE(key.empty());
    EXPECT_EQ(key, keys.front());
  }
}

TEST_F(KeyRingTest, TakesTheOneKeyOfBefore) {
  const auto key = *crypto::SigningKey::generate_es256();
  ASSERT_TRUE(write_file(file(), key.to_json().reveal(), 0600));
  const auto ring = open();
  ASSERT_EQ(ring->keys()->all.size(), 1U);
  EXPECT_EQ(ring->keys()->signing(kNow).kid(), key.kid());
  // Nobody knows how old it is.
  ASSERT_TRUE(ring->look(kNow));
  EXPECT_EQ(ring->keys()->all.size(), 2U);
  EXPECT_EQ(open()->keys()->jwks_json, ring->keys()->jwks_json);
}

TEST_F(KeyRingTest, RefusesAFileThatIsWrong) {
  const struct {
    const char* name;
    std::string content;
    unsigned mode;
    ErrorCode code;
  } cases[] = {
      {"empty", "", 0600, ErrorCode::corrupt},
      {"not JSON", "secret", 0600, ErrorCode::corrupt},
      {"no key", "{}", 0600, ErrorCode::corrupt},
      {"an empty list", R"({"keys":[]})", 0600, ErrorCode::corrupt},
      {"no JWK", R"({"keys":[{"signs_from":"2026-11-23T20:31:04Z"}]})", 0600, ErrorCode::corrupt},
      {"no time", R"({"keys":[{"jwk":{"kty":"EC"}}]})", 0600, ErrorCode::corrupt},
      {"too long", std::string(80'000, ' '), 0600, ErrorCode::too_large},
      {"for everybody to read", "{}", 0644, ErrorCode::denied},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ASSERT_TRUE(write_file(file(), c.content, c.mode));
    ASSERT_EQ(::chmod(file().c_str(), c.mode), 0);
    const auto ring = KeyRing::open(file(), kNow);
    ASSERT_FALSE(ring);
    EXPECT_EQ(ring.error().code, c.code);
    EXPECT_EQ(ring.error().message.find("secret"), std::string::npos);
  }
  EXPECT_FALSE(KeyRing::open(folder_.path() / "missing" / "keys.json", kNow));
}

TEST_F(KeyRingTest, PublishesAKeyBeforeItSigns) {
  const auto ring = open();
  const std::string first = ring->keys()->signing(kNow).kid();
  ASSERT_TRUE(ring->rotate(KeyRing::Reason::routine, kNow));

  const auto keys = ring->keys();
  ASSERT_EQ(keys->all.size(), 2U);
  const std::string second = keys->all.back().key.kid();
  EXPECT_TRUE(keys->verifying.has(first));
  EXPECT_TRUE(keys->verifying.has(second));
  EXPECT_NE(keys->jwks_json.find(second), std::string::npos);
  const Instant change = kNow + KeyRing::kPublishedBefore;
  EXPECT_EQ(keys->signing(change - std::chrono::milliseconds(1)).kid(), first);
  EXPECT_EQ(keys->signing(change).kid(), second);

  ASSERT_TRUE(ring->rotate(KeyRing::Reason::routine, kNow));
  EXPECT_EQ(ring->keys()->all.size(), 2U) << "one waits already";
}

TEST_F(KeyRingTest, KeepsAKeyUntilItsLastTokenEnded) {
  const auto ring = open();
  const std::string first = ring->keys()->signing(kNow).kid();
  ASSERT_TRUE(ring->rotate(KeyRing::Reason::routine, kNow));
  const Instant end = kNow + KeyRing::kPublishedBefore + KeyRing::kVerifiedAfter;

  ASSERT_TRUE(ring->look(end - std::chrono::milliseconds(1)));
  EXPECT_TRUE(ring->keys()->verifying.has(first));
  ASSERT_TRUE(ring->look(end));
  EXPECT_FALSE(ring->keys()->verifying.has(first));
  EXPECT_EQ(open(end)->keys()->all.size(), 1U) << "nor is it in the file";
}

TEST_F(KeyRingTest, RotatesByAge) {
  const auto ring = open();
  const Instant due = kNow + KeyRing::kRotatedAfter;
  ASSERT_TRUE(ring->look(due - KeyRing::kPublishedBefore - std::chrono::milliseconds(1)));
  EXPECT_EQ(ring->keys()->all.size(), 1U);
  ASSERT_TRUE(ring->look(due - KeyRing::kPublishedBefore));
  ASSERT_EQ(ring->keys()->all.size(), 2U);
  EXPECT_EQ(ring->keys()->all.back().signs_from, due);
  // A node that was off is late, and still publishes first.
  const auto other = open();
  const Instant late = due + KeyRing::kRotatedAfter * 3;
  ASSERT_TRUE(other->look(late));
  EXPECT_EQ(other->keys()->all.back().signs_from, late + KeyRing::kPublishedBefore);
}

TEST_F(KeyRingTest, SeesWhatAnotherProcessDid) {
  const auto ring = open();
  const auto before = ring->keys();
  ASSERT_TRUE(ring->look(kNow));
  EXPECT_EQ(ring->keys(), before) << "nothing changed, nothing is made anew";
  ASSERT_TRUE(open()->rotate(KeyRing::Reason::routine, kNow));
  ASSERT_TRUE(ring->look(kNow));
  EXPECT_EQ(ring->keys()->all.size(), 2U);
}

TEST_F(KeyRingTest, DropsAllOthersWhereOneIsCompromised) {
  const auto ring = open();
  const std::string first = ring->keys()->signing(kNow).kid();
  ASSERT_TRUE(ring->rotate(KeyRing::Reason::compromised, kNow));
  EXPECT_EQ(ring->keys()->all.size(), 1U);
  EXPECT_FALSE(ring->keys()->verifying.has(first));
  EXPECT_TRUE(ring->keys()->verifying.has(ring->keys()->signing(kNow).kid()));
}

TEST_F(KeyRingTest, StaysWhatItWasWhenTheFileBreaks) {
  const auto ring = open();
  const std::string first = ring->keys()->jwks_json;
  ASSERT_TRUE(write_file(file(), "{", 0600));
  EXPECT_FALSE(ring->look(kNow));
  EXPECT_FALSE(ring->rotate(KeyRing::Reason::routine, kNow));
  EXPECT_EQ(ring->keys()->jwks_json, first);
}

}  // namespace
}  // namespace tintype::gateway
