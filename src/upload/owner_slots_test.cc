#include "upload/owner_slots.h"

#include "upload/test_upload.h"

namespace tintype::upload {
namespace {

class OwnerSlotsTest : public ::testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    auto done = database_->write([&](sql::Session& session) -> Result<bool> {
      TRY(work(session));
      return true;
    });
    EXPECT_TRUE(done) << done.error().message;
  }
  void add(const std::string& id, const std::string& owner, State state, Instant expires_at) {
    write([&](sql::Session& session) {
      return session.execute(
          "INSERT INTO slot (id, collection, owner, bucket, key, content_type, size_max, state, "
          "created_at, expires_at, updated_at) VALUES (:1, 'avatars', :2, 'b', :3, 'image/jpeg', "
          "9, :4, 1, :5, 1)",
          {id, owner, id, std::string(to_string(state)), to_epoch_ms(expires_at)});
    });
  }
  std::string states() {
    const auto rows = database_->read([](sql::Session& session) {
      return session.query(
          "SELECT id || ' ' || state || ' ' || COALESCE(reason, '-') FROM slot "
          "ORDER BY id");
    });
    std::string all;
    for (const sql::Row& row : *rows) all += row.text(0) + "\n";
    return all;
  }

  test::TemporaryDatabase database_;
};

TEST_F(OwnerSlotsTest, WhatWaitsIsRevoked) {
  add("1", "ada", State::waiting, test::kNow);
  add("2", "ada", State::received, test::kNow);
  add("3", "ada", State::ready, test::kNow);
  add("4", "grace", State::waiting, test::kNow);
  write([](sql::Session& session) -> Result<bool> {
    TRY(revoke_slots(session, "ada", test::kNow));
    return true;
  });
  EXPECT_EQ(states(), "1 failed owner_deleted\n2 received -\n3 ready -\n4 waiting -\n");
}

TEST_F(OwnerSlotsTest, OnlyWhatArrivedAndDidNotEndIsInFlight) {
  for (const State state : {State::waiting, State::received, State::processing, State::ready,
                            State::failed, State::superseded}) {
    const std::string owner(to_string(state));
    add(owner, owner, state, test::kNow);
    const auto in_flight =
        database_->read([&](sql::Session& session) { return slots_in_flight(session, owner); });
    ASSERT_TRUE(in_flight);
    EXPECT_EQ(*in_flight, state == State::received || state == State::processing) << owner;
  }
}

TEST_F(OwnerSlotsTest, AreForgottenWithTheirLastExpiry) {
  const auto last = [this](std::string_view owner) {
    return *database_->read(
        [&](sql::Session& session) { return last_slot_expiry(session, owner); });
  };
  EXPECT_EQ(last("ada"), std::nullopt);
  add("1", "ada", State::ready, test::kNow + std::chrono::minutes(2));
  add("2", "ada", State::failed, test::kNow + std::chrono::minutes(1));
  add("3", "grace", State::waiting, test::kNow + std::chrono::minutes(3));
  EXPECT_EQ(last("ada"), std::optional(test::kNow + std::chrono::minutes(2)));
  write([](sql::Session& session) -> Result<bool> {
    TRY(forget_slots(session, "ada"));
    return true;
  });
  EXPECT_EQ(states(), "3 waiting -\n");
}

}  // namespace
}  // namespace tintype::upload
