// How slots come to be.
#include "upload/slots.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "upload/test_slots.h"

namespace tintype::upload {
namespace {

using std::chrono::minutes;
using test::kNow;
using test::Limit;
using test::Opened;
using test::owner;
using test::policy;
using test::SlotsTest;
using test::uploads;

TEST_F(SlotsTest, OpensWhatThePolicyAllows) {
  const Slot slot = open();

  EXPECT_EQ(slot.key.str(), "avatars/ada/" + slot.id + ".jpg");
  EXPECT_EQ(slot.state, State::waiting);
  EXPECT_EQ(slot.expires_at, kNow + minutes(5));
  const auto found = slots_.find(slot.id);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->key, slot.key);
  EXPECT_EQ(found->owner, slot.owner);
  EXPECT_EQ(found->bucket, slot.bucket);
  EXPECT_EQ(found->content_type, "image/jpeg");
  EXPECT_EQ(found->size, 500);
  EXPECT_EQ(found->size_max, 1000);
  EXPECT_EQ(found->expires_at, slot.expires_at);
  EXPECT_FALSE(slots_.find(open(std::nullopt).id)->size);
}

TEST_F(SlotsTest, GivesEachUploadAKeyOfItsOwn) {
  EXPECT_NE(open().key, open().key);
  EXPECT_EQ(open(500, "auth0|a/../b").key.str().find("avatars/auth0%7Ca%2F..%2Fb/"), 0U);
}

TEST_F(SlotsTest, RefusesWhatThePolicyDoesNotAllow) {
  const struct {
    const char* name;
    const char* content_type;
    std::optional<std::int64_t> size;
    ErrorCode code;
  } cases[] = {
      {"a type of no picture", "text/html", 1, ErrorCode::unsupported},
      {"a picture that is not in the policy", "image/gif", 1, ErrorCode::unsupported},
      {"no type", "", 1, ErrorCode::unsupported},
      {"no bytes", "image/jpeg", 0, ErrorCode::invalid_argument},
      {"fewer than none", "image/jpeg", -1, ErrorCode::invalid_argument},
      {"one byte too many", "image/jpeg", 1001, ErrorCode::too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto slot = slots_.prepare({.policy = policy_,
                                      .owner = owner(),
                                      .bucket = uploads(),
                                      .content_type = c.content_type,
                                      .size = c.size});
    ASSERT_FALSE(slot);
    EXPECT_EQ(slot.error().code, c.code);
  }
  open(1000);
}

TEST_F(SlotsTest, TakesTheMethodsOfItsPolicyAlone) {
  policy_.methods = {Method::post};
  const auto other = prepare(Method::put, 500);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(prepare(Method::post, 500));
  EXPECT_TRUE(prepare(Method::post, std::nullopt));
  policy_.methods = {Method::multipart};
  EXPECT_FALSE(prepare(Method::multipart, std::nullopt)) << "how many parts, nobody would know";
  EXPECT_EQ(prepare(Method::multipart, 500)->expires_at, kNow + policy_.multipart_ttl);
}

TEST_F(SlotsTest, LetsNobodyFillTheTable) {
  for (std::int64_t i = 0; i < policy_.limits.waiting_max; ++i) open();

  const Opened refused = try_open();
  EXPECT_EQ(refused.outcome, Opened::Outcome::over_limit);
  EXPECT_EQ(refused.limit, Limit::waiting);
  EXPECT_EQ(refused.retry_after, minutes(5)) << "when the first one expires";
  open(500, "bob");

  clock_.advance(minutes(5));
  EXPECT_EQ(try_open(1, 20).outcome, Opened::Outcome::opened) << "expired ones do not count";
  EXPECT_EQ(try_open().outcome, Opened::Outcome::over_limit);
}

TEST_F(SlotsTest, OpensAllOrNone) {
  EXPECT_EQ(try_open(1, 21).outcome, Opened::Outcome::over_limit);
  EXPECT_EQ(try_open(1, 20).outcome, Opened::Outcome::opened);
}

TEST_F(SlotsTest, LimitsHowManyAnOwnerOpensInAnHour) {
  policy_.limits = {.waiting_max = 1000, .per_hour = 3};
  open();
  clock_.advance(minutes(10));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(slots_.cancel(open().id, owner()));
  const Opened refused = try_open();
  EXPECT_EQ(refused.limit, Limit::per_hour);
  EXPECT_EQ(refused.retry_after, minutes(50)) << "until the first one is an hour old";
  EXPECT_EQ(try_open(1, 1, "bob").outcome, Opened::Outcome::opened);
  clock_.advance(minutes(50));
  EXPECT_EQ(try_open().outcome, Opened::Outcome::opened);
  EXPECT_EQ(try_open().outcome, Opened::Outcome::over_limit);
}

TEST_F(SlotsTest, LimitsHowManyBytesAnOwnerUploadsInADay) {
  policy_.limits.bytes_per_day = 2000;
  const Slot received = open(800);
  ASSERT_TRUE(create(received.key, 800));
  ASSERT_TRUE(slots_.cancel(open(1000).id, owner())) << "costs nothing";
  open(1000);
  EXPECT_EQ(try_open(200).outcome, Opened::Outcome::opened) << "to the last byte";
  const Opened refused = try_open(1);
  EXPECT_EQ(refused.limit, Limit::bytes_per_day);
  EXPECT_EQ(refused.retry_after, std::chrono::hours(24));
  clock_.advance(minutes(5));
  EXPECT_EQ(try_open(1000).outcome, Opened::Outcome::opened) << "expired ones cost nothing";
  clock_.advance(std::chrono::hours(24) - minutes(5));
  EXPECT_EQ(try_open(1000).outcome, Opened::Outcome::opened);
}

TEST_F(SlotsTest, AnswerTheSameKeyWithTheSameSlots) {
  const IdempotencyKey key{.key = "k", .fingerprint = "of the body"};
  const Opened first = try_open(1, 2, "ada", key);
  ASSERT_EQ(first.outcome, Opened::Outcome::opened);
  const Opened again = try_open(1, 2, "ada", key);
  EXPECT_EQ(again.outcome, Opened::Outcome::replayed);
  ASSERT_EQ(again.slots.size(), 2U);
  EXPECT_EQ(again.slots[0].id, first.slots[0].id);
  EXPECT_EQ(again.slots[1].id, first.slots[1].id);

  const IdempotencyKey other_body{.key = "k", .fingerprint = "of another"};
  EXPECT_EQ(try_open(1, 1, "ada", other_body).outcome, Opened::Outcome::key_reused);
  EXPECT_EQ(try_open(1, 2, "bob", key).outcome, Opened::Outcome::opened) << "his key is his own";

  clock_.advance(IdempotencyKey::kKept);
  ASSERT_TRUE(slots_.sweep(minutes(10)));
  EXPECT_EQ(try_open(1, 2, "ada", key).outcome, Opened::Outcome::opened) << "forgotten";
}

TEST_F(SlotsTest, RememberNoKeyOfWhatTheyRefused) {
  policy_.limits.waiting_max = 1;
  const IdempotencyKey key{.key = "k", .fingerprint = "f"};
  const Slot waiting = open();
  EXPECT_EQ(try_open(1, 1, "ada", key).outcome, Opened::Outcome::over_limit);
  ASSERT_TRUE(slots_.cancel(waiting.id, owner()));
  EXPECT_EQ(try_open(1, 1, "ada", key).outcome, Opened::Outcome::opened);
}

TEST_F(SlotsTest, OpensNothingForWhoWasDeleted) {
  open();
  ASSERT_TRUE(database_->write([](sql::Session& session) {
    return session.execute("INSERT INTO deletion (sub, ordered_at) VALUES (:1, 0)",
                           {std::string("ada")});
  }));
  EXPECT_EQ(try_open().outcome, Opened::Outcome::owner_gone);
  EXPECT_EQ(try_open(1, 1, "bob").outcome, Opened::Outcome::opened);
  // Nor is what was answered before.
  EXPECT_EQ(try_open(1, 1, "ada", IdempotencyKey{.key = "k", .fingerprint = "f"}).outcome,
            Opened::Outcome::owner_gone);
}

}  // namespace
}  // namespace tintype::upload
