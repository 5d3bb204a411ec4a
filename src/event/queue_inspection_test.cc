#include <gtest/gtest.h>

#include "event/test_queue.h"

namespace tintype::event {
namespace {

TEST_F(QueueTest, ReplaysWhatIsDeadOrDone) {
  push("dead");
  push("done");
  push("ready", kStart + milliseconds(10));
  const Lease first = lease();
  const Lease second = lease();
  ASSERT_TRUE(bury(first, "x"));
  ASSERT_TRUE(complete(second));
  const auto ready = queue_.list(State::ready, 10);
  ASSERT_EQ(ready->size(), 1U);

  EXPECT_EQ(*queue_.replay(ready->front().id), 0);
  EXPECT_EQ(queue_.replay("unknown").error().code, ErrorCode::not_found);
  EXPECT_EQ(*queue_.replay_dead(), 1);
  EXPECT_EQ(*queue_.replay(second.invocation_id), 1);

  EXPECT_EQ(lease().attempt, 1);
  EXPECT_EQ(lease().attempt, 1);
  EXPECT_FALSE(is_due());
}

TEST_F(QueueTest, ListsTheNewestFirst) {
  push("a");
  push("b");
  push("c");
  ASSERT_TRUE(complete(lease()));

  const auto all = queue_.list({}, 2);
  const auto done = queue_.list(State::done, 10);

  ASSERT_TRUE(all && done);
  EXPECT_EQ(all->size(), 2U);
  EXPECT_GT(all->front().id, all->back().id);
  EXPECT_EQ(done->size(), 1U);
  EXPECT_EQ(queue_.counts()->ready, 2);
  EXPECT_EQ(queue_.find("nobody").error().code, ErrorCode::not_found);
}

TEST_F(QueueTest, ForgetsWhatEndedLongAgo) {
  const Queue::Kept kept{.done = milliseconds(10), .dead = milliseconds(20)};
  ASSERT_TRUE(database_->write([&](sql::Session& session) -> Status {
    return queue_.push(session, record_of("k"), {"f", "g"});
  }));
  clock_.advance(kTick);
  push("ready");
  const Lease done = lease();
  const Lease dead = lease();
  ASSERT_TRUE(complete(done));
  ASSERT_TRUE(bury(dead, "x"));
  const auto events = [&] {
    const auto rows = database_->read(
        [](sql::Session& session) { return session.query("SELECT COUNT(*) FROM event"); });
    return rows->front().integer(0);
  };

  clock_.advance(milliseconds(10));
  EXPECT_EQ(*queue_.prune(kept), 0);
  clock_.advance(kTick);
  EXPECT_EQ(*queue_.prune(kept), 1);
  EXPECT_EQ(queue_.find(done.invocation_id).error().code, ErrorCode::not_found);
  EXPECT_EQ(events(), 2);  // The event of the dead one too.
  clock_.advance(milliseconds(10));
  EXPECT_EQ(*queue_.prune(kept), 1);
  EXPECT_EQ(events(), 1);
  EXPECT_EQ(queue_.counts()->ready, 1);  // However old.
}

}  // namespace
}  // namespace tintype::event
