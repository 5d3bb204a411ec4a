// What may be written to a slot's key.
#include "upload/slots.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "upload/test_slots.h"

namespace tintype::upload {
namespace {

using std::chrono::minutes;
using test::SlotsTest;
using test::uploads;

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

}  // namespace
}  // namespace tintype::upload
