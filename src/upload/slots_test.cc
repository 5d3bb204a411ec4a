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
using Opened = Slots::Opened;
using Limit = Slots::Opened::Limit;

class SlotsTest : public ::testing::Test {
 protected:
  Slot open(std::optional<std::int64_t> size = 500, const std::string& sub = "ada") {
    return open_as(Method::put, size, sub);
  }
  /// Of multipart the parts' upload is called "parts of <id>".
  Slot open_as(Method method, std::optional<std::int64_t> size = 500,
               const std::string& sub = "ada") {
    auto slot = prepare(method, size, sub);
    EXPECT_TRUE(slot) << slot.error().message;
    if (method == Method::multipart) slot->multipart_id = "parts of " + slot->id;
    const auto opened = slots_.open({*slot}, policy_);
    EXPECT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->outcome, Opened::Outcome::opened);
    return *std::move(slot);
  }
  Result<Slot> prepare(Method method, std::optional<std::int64_t> size,
                       const std::string& sub = "ada") {
    return slots_.prepare({.policy = policy_,
                           .owner = owner(sub),
                           .bucket = uploads(),
                           .content_type = "image/jpeg",
                           .size = size,
                           .method = method});
  }
  /// What opening one or several more comes to.
  Opened try_open(std::int64_t size = 1, std::size_t count = 1, const std::string& sub = "ada",
                  const std::optional<IdempotencyKey>& idempotency = {}) {
    std::vector<Slot> wanted;
    for (std::size_t i = 0; i < count; ++i) wanted.push_back(*prepare(Method::put, size, sub));
    const auto opened = slots_.open(std::move(wanted), policy_, idempotency);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened.value_or(Opened());
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

TEST_F(SlotsTest, AreCancelledByTheirOwnerAlone) {
  const Slot slot = open();
  EXPECT_EQ(slots_.cancel(slot.id, owner("eve")).error().code, ErrorCode::not_found);
  EXPECT_EQ(slots_.cancel("unknown", owner()).error().code, ErrorCode::not_found);
  EXPECT_EQ(state_of(slot.id), State::waiting);
  const auto signal = slots_.watch(slot.id);
  const auto seen = signal->version();

  ASSERT_TRUE(slots_.cancel(slot.id, owner()));

  EXPECT_NE(signal->version(), seen);
  EXPECT_EQ(state_of(slot.id), State::failed);
  EXPECT_EQ(slots_.find(slot.id)->reason, kCancelled);
  EXPECT_TRUE(slots_.cancel(slot.id, owner())) << "again is no change";
  const Status late = admit(slot.key, put_of(500));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message, "this upload was cancelled");
  EXPECT_FALSE(create(slot.key, 500)) << "an object on its way is not seen";
  EXPECT_FALSE(create(slot.key, 500, false));
}

TEST_F(SlotsTest, CannotBeCancelledOnceTheyEnded) {
  const Slot used = open();
  ASSERT_TRUE(create(used.key, 500));
  EXPECT_EQ(slots_.cancel(used.id, owner()).error().code, ErrorCode::conflict);
  const Slot expired = open();
  clock_.advance(minutes(5));
  EXPECT_EQ(slots_.cancel(expired.id, owner()).error().code, ErrorCode::conflict);
  EXPECT_EQ(slots_.find(expired.id)->reason, kExpired);
}

TEST_F(SlotsTest, AdmitsTheFormThatItWasOpenedFor) {
  const Slot slot = open_as(Method::post);
  auto form = put_of(std::nullopt);
  form.writer.by = bucket::WrittenBy::post;
  EXPECT_TRUE(admit(slot.key, form)) << "how long its file is, its end will show";
  EXPECT_FALSE(create(slot.key, 499));
  EXPECT_FALSE(create(slot.key, 501));
  auto png = form;
  png.content_type = "image/png";
  EXPECT_EQ(admit(slot.key, png).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(admit(slot.key, put_of(500)).error().code, ErrorCode::denied) << "no PUT";
  EXPECT_EQ(admit(open().key, form).error().code, ErrorCode::denied) << "no form";
  const Slot any = open_as(Method::post, std::nullopt);
  EXPECT_FALSE(create(any.key, 0));
  EXPECT_FALSE(create(any.key, 1001));
  EXPECT_TRUE(create(any.key, 1000));
}

TEST_F(SlotsTest, AdmitsThePartsThatItWasOpenedFor) {
  policy_.part_size = 200;
  const Slot slot = open_as(Method::multipart);
  EXPECT_EQ(part_count(slot), 3);
  const auto admit_part = [&](std::int64_t number, std::optional<std::uint64_t> size,
                              const std::string& upload_id) -> Status {
    auto options = put_of(size);
    options.writer.by = bucket::WrittenBy::multipart;
    const bucket::BucketName bucket = uploads();
    return slots_.admit(
        {.bucket = bucket,
         .key = slot.key,
         .options = options,
         .part = bucket::PutIntent::Part{.upload_id = upload_id, .number = number}});
  };
  EXPECT_TRUE(admit_part(1, 200, slot.multipart_id));
  EXPECT_TRUE(admit_part(2, 200, slot.multipart_id));
  EXPECT_TRUE(admit_part(3, 100, slot.multipart_id));
  const struct {
    const char* name;
    std::int64_t number;
    std::optional<std::uint64_t> size;
    std::string upload_id;
    ErrorCode code;
  } cases[] = {
      {"one byte more", 1, 201, slot.multipart_id, ErrorCode::invalid_argument},
      {"one byte less", 2, 199, slot.multipart_id, ErrorCode::invalid_argument},
      {"a full last one", 3, 200, slot.multipart_id, ErrorCode::invalid_argument},
      {"no length", 1, std::nullopt, slot.multipart_id, ErrorCode::invalid_argument},
      {"one part more", 4, 100, slot.multipart_id, ErrorCode::invalid_argument},
      {"number zero", 0, 200, slot.multipart_id, ErrorCode::invalid_argument},
      {"another upload", 1, 200, "another", ErrorCode::denied},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Status admitted = admit_part(c.number, c.size, c.upload_id);
    ASSERT_FALSE(admitted);
    EXPECT_EQ(admitted.error().code, c.code);
  }
  EXPECT_FALSE(admit(slot.key, put_of(500))) << "no PUT of the whole";
  EXPECT_FALSE(create(slot.key, 400)) << "not before all parts are there";
  EXPECT_TRUE(create(slot.key, 500));
  EXPECT_EQ(slots_.find(slot.id)->multipart_id, "");
}

TEST_F(SlotsTest, WaitForTheirPartsToGoBeforeTheyAreSwept) {
  policy_.part_size = 200;
  const Slot expired = open_as(Method::multipart);
  const Slot cancelled = open_as(Method::multipart);
  const Slot used = open_as(Method::multipart);
  ASSERT_TRUE(create(used.key, 500));
  ASSERT_TRUE(slots_.cancel(cancelled.id, owner()));
  const auto ended = [&] {
    std::vector<std::string> ids;
    const auto slots = slots_.ended_multiparts(10);
    EXPECT_TRUE(slots);
    for (const Slot& slot : *slots) ids.push_back(slot.id);
    return ids;
  };
  EXPECT_EQ(ended(), std::vector<std::string>{cancelled.id});
  clock_.advance(policy_.multipart_ttl);
  EXPECT_EQ(ended().size(), 2U);
  clock_.advance(minutes(10));
  EXPECT_EQ(slots_.sweep(minutes(10)), 0) << "their parts would be forgotten";
  for (const std::string& id : ended()) EXPECT_TRUE(slots_.forget_multipart(id));
  EXPECT_TRUE(ended().empty());
  EXPECT_EQ(slots_.sweep(minutes(10)), 2);
  EXPECT_FALSE(slots_.find(expired.id));
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
