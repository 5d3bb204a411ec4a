#include "upload/slots.h"

#include <gtest/gtest.h>

#include <functional>

#include "upload/test_upload.h"

namespace tintype::upload {
namespace {

using std::chrono::minutes;
using test::kNow;
using test::owner;
using test::policy;
using test::uploads;

class SlotsTest : public ::testing::Test {
 protected:
  Slot open(std::optional<std::int64_t> size = 500, const std::string& sub = "ada") {
    auto slot = slots_.open({.policy = policy_,
                             .owner = owner(sub),
                             .bucket = uploads(),
                             .content_type = "image/jpeg",
                             .size = size});
    EXPECT_TRUE(slot) << slot.error().message;
    return *std::move(slot);
  }

  static bucket::PutOptions put_of(std::optional<std::uint64_t> size, bool presigned = true) {
    bucket::PutOptions options;
    options.content_type = "image/jpeg";
    options.size = size;
    options.writer.presigned = presigned;
    return options;
  }

  Status admit(const bucket::Key& key, const bucket::PutOptions& options) {
    return slots_.admit({.bucket = uploads(), .key = key, .options = options});
  }

  static bucket::ObjectInfo object_of(const bucket::Key& key, std::uint64_t size) {
    return {.bucket = uploads(),
            .key = key,
            .size = size,
            .etag = {},
            .sha256 = {},
            .content_type = "image/jpeg",
            .cache_control = {},
            .metadata = {},
            .sequencer = {},
            .modified_at = kNow};
  }

  Status create(const bucket::Key& key, std::uint64_t size, bool presigned = true) {
    const bucket::ObjectInfo object = object_of(key, size);
    bucket::Writer writer;
    writer.presigned = presigned;
    return database_->write(std::function<Status(sql::Session&)>(
        [&](sql::Session& session) { return slots_.created(session, object, writer); }));
  }

  Status move(const std::string& id, State state, std::string_view reason = {},
              std::string_view assets = {}) {
    return database_->write(std::function<Status(sql::Session&)>(
        [&](sql::Session& session) { return slots_.move(session, id, state, reason, assets); }));
  }

  State state_of(const std::string& id) {
    const auto slot = slots_.find(id);
    EXPECT_TRUE(slot) << slot.error().message;
    return slot ? slot->state : State::failed;
  }

  test::TemporaryDatabase database_;
  FixedClock clock_{kNow};
  Slots slots_{*database_, clock_};
  Policy policy_ = policy();
};

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
    const auto slot = slots_.open({.policy = policy_,
                                   .owner = owner(),
                                   .bucket = uploads(),
                                   .content_type = c.content_type,
                                   .size = c.size});
    ASSERT_FALSE(slot);
    EXPECT_EQ(slot.error().code, c.code);
  }
  open(1000);
}

TEST_F(SlotsTest, LetsNobodyFillTheTable) {
  for (std::int64_t i = 0; i < Slots::kWaitingMax; ++i) open();

  const Slots::Wanted wanted = {.policy = policy_,
                                .owner = owner(),
                                .bucket = uploads(),
                                .content_type = "image/jpeg",
                                .size = 1};
  const auto refused = slots_.open(wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  open(500, "bob");

  clock_.advance(minutes(5));
  EXPECT_TRUE(slots_.open(wanted)) << "expired ones do not count";
}

TEST_F(SlotsTest, AdmitsThePutThatItWasOpenedFor) {
  EXPECT_TRUE(admit(open().key, put_of(500)));
  EXPECT_TRUE(admit(open(std::nullopt).key, put_of(1)));
  EXPECT_TRUE(admit(open(std::nullopt).key, put_of(1000)));
  auto other_case = put_of(500);
  other_case.content_type = "Image/JPEG";
  EXPECT_TRUE(admit(open().key, other_case));
}

TEST_F(SlotsTest, RefusesOtherPuts) {
  const Slot exact = open();
  const Slot any = open(std::nullopt);
  auto png = put_of(500);
  png.content_type = "image/png";
  const struct {
    const char* name;
    const bucket::Key key;
    bucket::PutOptions options;
    ErrorCode code;
    const char* message;
  } cases[] = {
      {"another type", exact.key, png, ErrorCode::invalid_argument,
       "Content-Type is image/png, the slot takes image/jpeg"},
      {"one byte less", exact.key, put_of(499), ErrorCode::invalid_argument,
       "Content-Length is 499, the slot takes exactly 500"},
      {"one byte more", exact.key, put_of(501), ErrorCode::invalid_argument,
       "Content-Length is 501, the slot takes exactly 500"},
      {"no length", exact.key, put_of(std::nullopt), ErrorCode::invalid_argument,
       "Content-Length is missing"},
      {"no length, any size", any.key, put_of(std::nullopt), ErrorCode::invalid_argument,
       "Content-Length is missing"},
      {"nothing", any.key, put_of(0), ErrorCode::invalid_argument,
       "Content-Length is 0, which is no picture"},
      {"over the limit", any.key, put_of(1001), ErrorCode::too_large,
       "Content-Length is 1001, which is over the limit of 1000"},
      {"beyond all numbers", any.key, put_of(~0ULL), ErrorCode::too_large,
       "Content-Length is 18446744073709551615, which is over the limit of 1000"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Status admitted = admit(c.key, c.options);
    ASSERT_FALSE(admitted);
    EXPECT_EQ(admitted.error().code, c.code);
    EXPECT_EQ(admitted.error().message, c.message);
  }
}

TEST_F(SlotsTest, LeavesKeysWithoutASlotAlone) {
  EXPECT_TRUE(admit(*bucket::Key::parse("reports/2026.txt"), put_of(500)));
}

TEST_F(SlotsTest, RefusesAPutThatComesTooLate) {
  const Slot slot = open();
  clock_.advance(minutes(5) - std::chrono::milliseconds(1));
  EXPECT_TRUE(admit(slot.key, put_of(500)));
  clock_.advance(std::chrono::milliseconds(1));
  const Status late = admit(slot.key, put_of(500));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::denied);
  EXPECT_EQ(late.error().message, "this upload URL has expired");
}

TEST_F(SlotsTest, AreUsedOnce) {
  const Slot slot = open();
  ASSERT_TRUE(admit(slot.key, put_of(500)));
  ASSERT_TRUE(admit(slot.key, put_of(500))) << "two at once get this far";

  EXPECT_TRUE(create(slot.key, 500));
  const Status second = create(slot.key, 500);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::denied);
  const Status third = admit(slot.key, put_of(500));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::denied);
  EXPECT_EQ(third.error().message, "this upload URL was already used");
  EXPECT_EQ(state_of(slot.id), State::received);
}

TEST_F(SlotsTest, BindTheSizeAgainWhenTheObjectIsThere) {
  const Slot exact = open();
  const Slot any = open(std::nullopt);
  EXPECT_FALSE(create(exact.key, 499));
  EXPECT_FALSE(create(any.key, 1001));
  EXPECT_EQ(state_of(exact.id), State::waiting) << "undone";
  EXPECT_TRUE(create(exact.key, 500));
}

TEST_F(SlotsTest, LetKeysOfTheirOwnRightWriteWhereNoSlotIsUsed) {
  const auto elsewhere = *bucket::Key::parse("avatars/ada/by-hand.jpg");
  EXPECT_TRUE(admit(elsewhere, put_of(std::nullopt, false)));
  EXPECT_TRUE(create(elsewhere, 5000, false));
  EXPECT_TRUE(create(elsewhere, 500, true)) << "who has a key may presign, too";

  const Slot slot = open();
  EXPECT_TRUE(admit(slot.key, put_of(7, false)));
  EXPECT_TRUE(create(slot.key, 7, false));
  EXPECT_EQ(state_of(slot.id), State::received);
  const Status again = admit(slot.key, put_of(7, false));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::denied);
  EXPECT_FALSE(create(slot.key, 7, false));
}

TEST_F(SlotsTest, MoveOnUntilTheyAreFinal) {
  const Slot slot = open();
  ASSERT_TRUE(create(slot.key, 500));
  EXPECT_TRUE(move(slot.id, State::processing));
  EXPECT_TRUE(move(slot.id, State::processing)) << "another attempt";
  EXPECT_EQ(state_of(slot.id), State::processing);
  EXPECT_TRUE(move(slot.id, State::ready, "", "[]"));
  EXPECT_TRUE(move(slot.id, State::failed, "internal"));
  EXPECT_EQ(state_of(slot.id), State::ready);
  EXPECT_EQ(slots_.find(slot.id)->assets, "[]");
  EXPECT_TRUE(move("unknown", State::processing));
}

TEST_F(SlotsTest, AreShownAsFailedOnceTheyExpiredUnused) {
  const Slot unused = open();
  const Slot used = open();
  ASSERT_TRUE(create(used.key, 500));
  clock_.advance(minutes(5));

  EXPECT_EQ(state_of(unused.id), State::failed);
  EXPECT_EQ(slots_.find(unused.id)->reason, kExpired);
  EXPECT_EQ(state_of(used.id), State::received);
  const auto unknown = slots_.find("unknown");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
}

TEST_F(SlotsTest, AreSweptWhenTheirTimeIsOver) {
  const Slot unused = open();
  const Slot stuck = open();
  const Slot ready = open();
  ASSERT_TRUE(create(stuck.key, 500));
  ASSERT_TRUE(move(ready.id, State::ready, "", "[]"));

  EXPECT_EQ(slots_.sweep(std::chrono::milliseconds(0)), 0) << "its URL could be used again";
  clock_.advance(minutes(5));
  EXPECT_EQ(slots_.sweep(minutes(10)), 0);
  clock_.advance(minutes(5));
  EXPECT_EQ(slots_.sweep(minutes(10)), 1) << "the final one";
  clock_.advance(minutes(5));
  EXPECT_EQ(slots_.sweep(minutes(10)), 1) << "the unused one";
  EXPECT_FALSE(slots_.find(ready.id));
  EXPECT_FALSE(slots_.find(unused.id));
  EXPECT_EQ(state_of(stuck.id), State::received);
}

TEST_F(SlotsTest, TellWhoWatches) {
  const Slot slot = open();
  const auto first = slots_.watch(slot.id);
  const auto second = slots_.watch(slot.id);
  const auto other = slots_.watch("other");
  EXPECT_EQ(first, second);
  const auto seen = first->version();

  slots_.committed(object_of(slot.key, 500));

  EXPECT_NE(first->version(), seen);
  EXPECT_EQ(other->version(), 0U);
  slots_.committed(object_of(*bucket::Key::parse("not of ours"), 1));
  slots_.changed("nobody watches");
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(slots_.watch(std::to_string(i)));
  EXPECT_EQ(slots_.watch(slot.id), first);
}

TEST_F(SlotsTest, SayWhenARowIsNotOurs) {
  const Slot slot = open();
  ASSERT_TRUE(
      database_->write(std::function<Status(sql::Session&)>([](sql::Session& session) -> Status {
        TRY(session.execute("UPDATE slot SET state = 'dreaming'"));
        return {};
      })));
  const auto found = slots_.find(slot.id);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace tintype::upload
