#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "event/queue.h"
#include "event/test_database.h"

namespace tintype::event {

using std::chrono::milliseconds;

inline constexpr Instant kStart(std::chrono::milliseconds(1'795'465'864'123));
inline constexpr milliseconds kTick(1);

inline Record record_of(const std::string& key) {
  return {.name = "ObjectCreated:Put",
          .bucket = "uploads",
          .key = key,
          .size = 3,
          .etag = "e",
          .sequencer = "01",
          .principal = "p",
          .remote_address = "::1",
          .request_id = "r",
          .region = "us-east-1",
          .time = kStart};
}

class QueueTest : public ::testing::Test {
 protected:
  void push(const std::string& key, std::optional<Instant> due_at = {}) {
    const auto pushed = database_->write([&](sql::Session& session) -> Status {
      return queue_.push(session, record_of(key), {"f"}, due_at);
    });
    ASSERT_TRUE(pushed) << pushed.error().message;
  }
  /// Leases, or fails the test and returns a lease of nothing.
  Lease lease() {
    auto leased = queue_.lease();
    EXPECT_TRUE(leased && *leased) << (leased ? "nothing was due" : leased.error().message);
    return leased && *leased ? **std::move(leased) : Lease();
  }
  bool is_due() {
    const auto leased = queue_.lease();
    return leased && *leased;
  }
  Status complete(const Lease& lease) {
    return database_->write(
        [&](sql::Session& session) -> Status { return queue_.complete(session, lease); });
  }
  Status bury(const Lease& lease, const std::string& reason) {
    return database_->write(
        [&](sql::Session& session) -> Status { return queue_.bury(session, lease, reason); });
  }
  Result<State> retry(const Lease& lease) {
    return database_->write(
        [&](sql::Session& session) { return queue_.retry(session, lease, "no luck"); });
  }
  Invocation look(const std::string& id) {
    auto found = queue_.find(id);
    EXPECT_TRUE(found) << found.error().message;
    return found ? *std::move(found) : Invocation();
  }

  TestDatabase database_;
  FixedClock clock_{kStart};
  Queue::Options options_;
  Queue queue_{options_, *database_, clock_};
};

}  // namespace tintype::event
