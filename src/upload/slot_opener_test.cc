#include "upload/slot_opener.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/test_loop.h"
#include "upload/test_upload.h"

namespace tintype::upload {
namespace {

using Outcome = Slots::Opened::Outcome;

class SlotOpenerTest : public ::testing::Test {
 protected:
  /// What one request of `sub` asks for.
  std::vector<Slot> wanted(const std::string& sub, std::size_t count = 1) {
    std::vector<Slot> slots;
    for (std::size_t i = 0; i < count; ++i)
      slots.push_back(*slots_.prepare({.policy = policy_,
                                       .owner = test::owner(sub),
                                       .bucket = test::uploads(),
                                       .content_type = "image/jpeg",
                                       .size = 10}));
    return slots;
  }
  /// Begins a request on the loop. Its answer comes to `answers_`, when the loop runs.
  void begin(std::vector<Slot> slots, std::optional<IdempotencyKey> idempotency = {}) {
    start(opener_.open(std::move(slots), policy_, std::move(idempotency)),
          [this](Result<Slots::Opened> opened) { answers_.push_back(std::move(opened)); });
    ++begun_;
  }
  void finish() {
    ASSERT_TRUE(loop_.run_until([this] { return answers_.size() == begun_; }));
  }
  std::size_t count(Outcome outcome) const {
    std::size_t found = 0;
    for (const auto& answer : answers_)
      if (answer && answer->outcome == outcome) ++found;
    return found;
  }

  tintype::test::TestLoop loop_;
  test::TemporaryDatabase database_;
  FixedClock clock_{test::kNow};
  Policy policy_ = test::policy();
  Slots slots_{*database_, clock_};
  std::vector<Result<Slots::Opened>> answers_;
  std::size_t begun_ = 0;
  BlockingPool pool_{{.threads = 1, .waiting_max = 8}};
  SlotOpener opener_{slots_, pool_};
};

TEST_F(SlotOpenerTest, AnswersOnceTheSlotsAreThere) {
  for (int i = 0; i < 50; ++i) begin(wanted("owner-" + std::to_string(i), 2));
  finish();
  for (const auto& answer : answers_) {
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->outcome, Outcome::opened);
    ASSERT_EQ(answer->slots.size(), 2U);
    for (const Slot& slot : answer->slots) EXPECT_TRUE(slots_.find(slot.id)) << slot.id;
  }
}

TEST_F(SlotOpenerTest, SharesOneWriteBetweenThoseWhoWait) {
  const auto commits = database_->totals().commits;
  for (int i = 0; i < 50; ++i) begin(wanted("owner-" + std::to_string(i)));
  finish();
  EXPECT_EQ(count(Outcome::opened), 50U);
  EXPECT_EQ(database_->totals().commits, commits + 1);
}

TEST_F(SlotOpenerTest, KeepsAnOwnersLimitWithinAGroup) {
  policy_.limits.waiting_max = 20;
  for (int i = 0; i < 30; ++i) begin(wanted("ada"));
  begin(wanted("grace"));
  finish();
  EXPECT_EQ(count(Outcome::opened), 21U);
  EXPECT_EQ(count(Outcome::over_limit), 10U);
}

TEST_F(SlotOpenerTest, AnswersOneKeyOnceWithinAGroup) {
  const IdempotencyKey key{.key = "k", .fingerprint = "f"};
  begin(wanted("ada"), key);
  begin(wanted("ada"), key);
  begin(wanted("ada"), IdempotencyKey{.key = "k", .fingerprint = "other"});
  finish();
  EXPECT_EQ(count(Outcome::opened), 1U);
  EXPECT_EQ(count(Outcome::replayed), 1U);
  EXPECT_EQ(count(Outcome::key_reused), 1U);
  EXPECT_EQ(answers_[0]->slots[0].id, answers_[1]->slots[0].id);
}

TEST_F(SlotOpenerTest, OneThatFailsTakesNobodyWithIt) {
  ASSERT_TRUE(database_->write([](sql::Session& session) {
    return session.execute(
        "INSERT INTO idempotency (collection, owner, key, fingerprint, answer, created_at)"
        " VALUES ('avatars', 'eve', 'k', 'f', 'not ours', 0)");
  }));
  begin(wanted("ada"));
  begin(wanted("eve"), IdempotencyKey{.key = "k", .fingerprint = "f"});
  begin(wanted("grace"));
  finish();
  EXPECT_EQ(count(Outcome::opened), 2U);
  for (const auto& answer : answers_)
    if (!answer) EXPECT_EQ(answer.error().code, ErrorCode::corrupt);
}

TEST_F(SlotOpenerTest, SaysWhenNoThreadIsFree) {
  BlockingPool full({.threads = 1, .waiting_max = 0});
  SlotOpener opener(slots_, full);
  const auto opened = loop_.run(opener.open(wanted("ada"), policy_, {}));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
}

TEST_F(SlotOpenerTest, BoundsHowManyWait) {
  policy_.limits.waiting_max = 1;  // Most are refused, which is quick.
  for (std::size_t i = 0; i < SlotOpener::kWaitingMax + 1; ++i) begin(wanted("ada"));
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_.front().error().code, ErrorCode::unavailable);
  finish();
  EXPECT_EQ(count(Outcome::opened), 1U);
  EXPECT_EQ(count(Outcome::over_limit), SlotOpener::kWaitingMax - 1);
}

}  // namespace
}  // namespace tintype::upload
