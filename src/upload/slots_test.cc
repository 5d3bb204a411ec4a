// How a slot goes on, and ends.
#include "upload/slots.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "upload/test_slots.h"

namespace tintype::upload {
namespace {

using std::chrono::minutes;
using test::owner;
using test::SlotsTest;

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
