#include "event/queue.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <thread>

#include "event/test_queue.h"

namespace tintype::event {
namespace {

TEST_F(QueueTest, CompletesWhatWasLeased) {
  push("k");

  const Lease taken = lease();

  EXPECT_EQ(taken.function, "f");
  EXPECT_EQ(taken.attempt, 1);
  EXPECT_EQ(taken.record.key, "k");
  EXPECT_EQ(taken.until, kStart + options_.lease_length);
  EXPECT_FALSE(taken.exhausted);
  EXPECT_EQ(look(taken.invocation_id).state, State::leased);
  EXPECT_FALSE(is_due());
  ASSERT_TRUE(complete(taken));
  EXPECT_EQ(look(taken.invocation_id).state, State::done);
  clock_.advance(options_.lease_length * 2);
  EXPECT_FALSE(is_due());
}

TEST_F(QueueTest, GivesAnEventToEachFunctionOnItsOwn) {
  ASSERT_TRUE(database_->write([&](sql::Session& session) -> Status {
    return queue_.push(session, record_of("k"), {"f", "g"});
  }));

  const Lease first = lease();
  const Lease second = lease();

  EXPECT_EQ((std::set<std::string>{first.function, second.function}),
            (std::set<std::string>{"f", "g"}));
  ASSERT_TRUE(complete(first));
  EXPECT_EQ(look(second.invocation_id).state, State::leased);
  EXPECT_EQ(look(first.invocation_id).event_id, look(second.invocation_id).event_id);
}

TEST_F(QueueTest, KeepsNothingOfATransactionThatFailed) {
  EXPECT_FALSE(database_->write([&](sql::Session& session) -> Status {
    TRY(queue_.push(session, record_of("k"), {"f"}));
    return fail(ErrorCode::internal, "the object was not written");
  }));
  EXPECT_FALSE(is_due());
}

TEST_F(QueueTest, LeasesTheOldestFirstAndNothingBeforeItsTime) {
  push("later", kStart + milliseconds(10));
  push("now");
  push("soon", kStart + milliseconds(5));

  EXPECT_EQ(lease().record.key, "now");
  clock_.advance(milliseconds(4));
  EXPECT_FALSE(is_due());
  clock_.advance(kTick);
  EXPECT_EQ(lease().record.key, "soon");
  clock_.advance(milliseconds(5));
  EXPECT_EQ(lease().record.key, "later");
}

TEST_F(QueueTest, WritesNothingWhileNothingIsDue) {
  push("later", kStart + milliseconds(10));
  const auto before = database_->totals().commits;

  for (int i = 0; i < 10; ++i) EXPECT_FALSE(is_due());
  EXPECT_TRUE(queue_.prune({}));

  EXPECT_EQ(database_->totals().commits, before);
}

TEST_F(QueueTest, ExpiresALeaseAtItsEndAndNotBefore) {
  push("k");
  const Lease first = lease();

  clock_.advance(options_.lease_length - kTick);
  EXPECT_FALSE(is_due());
  clock_.advance(kTick);
  const Lease second = lease();

  EXPECT_EQ(second.invocation_id, first.invocation_id);
  EXPECT_EQ(second.attempt, 2);
}

TEST_F(QueueTest, LetsOnlyTheHolderEndAnAttempt) {
  push("k");
  const Lease first = lease();
  clock_.advance(options_.lease_length);
  const Lease second = lease();

  EXPECT_EQ(complete(first).error().code, ErrorCode::conflict);
  EXPECT_EQ(bury(first, "x").error().code, ErrorCode::conflict);
  EXPECT_EQ(retry(first).error().code, ErrorCode::conflict);
  EXPECT_EQ(look(first.invocation_id).state, State::leased);
  ASSERT_TRUE(complete(second));
  EXPECT_EQ(complete(second).error().code, ErrorCode::conflict);  // Once.
  EXPECT_EQ(retry(second).error().code, ErrorCode::conflict);
  EXPECT_EQ(look(first.invocation_id).state, State::done);
}

TEST_F(QueueTest, LetsALateHolderCompleteWhatNobodyTook) {
  push("k");
  const Lease taken = lease();
  clock_.advance(options_.lease_length * 2);

  EXPECT_TRUE(complete(taken));
}

TEST_F(QueueTest, RetriesAfterABackOffAndBuriesAfterTheLastAttempt) {
  push("k");
  for (std::int64_t attempt = 1; attempt <= options_.attempts_max; ++attempt) {
    SCOPED_TRACE(attempt);
    const Lease taken = lease();
    EXPECT_EQ(taken.attempt, attempt);
    const auto state = retry(taken);
    ASSERT_TRUE(state);
    const Invocation seen = look(taken.invocation_id);
    EXPECT_EQ(seen.reason, "no luck");
    if (attempt == options_.attempts_max) {
      EXPECT_EQ(*state, State::dead);
      EXPECT_EQ(seen.state, State::dead);
      break;
    }
    EXPECT_EQ(*state, State::ready);
    const milliseconds delay = seen.due_at - clock_.now();
    EXPECT_GE(delay, options_.backoff_first * (1 << (attempt - 1)) / 2);
    EXPECT_LE(delay, options_.backoff_first * (1 << (attempt - 1)));
    clock_.advance(delay - kTick);
    EXPECT_FALSE(is_due());
    clock_.advance(kTick);
  }
  clock_.advance(options_.lease_length * 2);
  EXPECT_FALSE(is_due());
}

TEST_F(QueueTest, HandsOutWhatNeverReturnedOnlyToBeBuried) {
  push("poison");
  for (std::int64_t attempt = 1; attempt <= options_.attempts_max; ++attempt) {
    EXPECT_FALSE(lease().exhausted);
    clock_.advance(options_.lease_length);
  }

  const Lease last = lease();

  EXPECT_TRUE(last.exhausted);
  EXPECT_EQ(last.attempt, options_.attempts_max);
  ASSERT_TRUE(bury(last, "the node ended during each attempt"));
  const Invocation seen = look(last.invocation_id);
  EXPECT_EQ(seen.state, State::dead);
  EXPECT_EQ(seen.attempts, options_.attempts_max);
  EXPECT_EQ(seen.reason, "the node ended during each attempt");
}

TEST_F(QueueTest, BuriesAtOnceWhatHasNoUse) {
  push("k");
  const Lease taken = lease();

  ASSERT_TRUE(bury(taken, "damaged_input: cut"));

  EXPECT_EQ(look(taken.invocation_id).state, State::dead);
  EXPECT_EQ(look(taken.invocation_id).reason, "damaged_input: cut");
  EXPECT_EQ(queue_.counts()->dead, 1);
}

TEST_F(QueueTest, AddsToTheTransactionOfTheLease) {
  push("k");
  const auto refused = queue_.lease([](sql::Session&, const Lease&) {
    return Status(fail(ErrorCode::unavailable, "slot: locked"));
  });
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(queue_.counts()->ready, 1);

  std::string told;
  const auto leased = queue_.lease([&](sql::Session&, const Lease& lease) {
    told = lease.invocation_id;
    return Status();
  });
  ASSERT_TRUE(leased && *leased);
  EXPECT_EQ((*leased)->attempt, 1);  // The refused one did not count.
  EXPECT_EQ((*leased)->invocation_id, told);
}

TEST_F(QueueTest, BuriesARowItCannotReadAndGoesOn) {
  push("broken");
  ASSERT_TRUE(database_->write([&](sql::Session& session) -> Status {
    TRY(session.execute("UPDATE event SET record = '{'"));
    return {};
  }));
  clock_.advance(kTick);
  push("whole");

  EXPECT_EQ(lease().record.key, "whole");
  const auto dead = queue_.list(State::dead, 10);
  ASSERT_TRUE(dead);
  ASSERT_EQ(dead->size(), 1U);
  EXPECT_TRUE(dead->front().reason.starts_with("corrupt: "));
}

TEST_F(QueueTest, NeverLeasesOneInvocationTwice) {
  constexpr int kInvocations = 64;
  for (int i = 0; i < kInvocations; ++i) push("k" + std::to_string(i));
  std::mutex mutex;
  std::vector<std::string> taken;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (auto leased = queue_.lease(); leased && *leased; leased = queue_.lease()) {
          const std::lock_guard lock(mutex);
          taken.push_back((*leased)->invocation_id);
        }
      });
    }
  }
  EXPECT_EQ(taken.size(), std::size_t{kInvocations});
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), std::size_t{kInvocations});
}

TEST_F(QueueTest, DeliversAgainWhatAKilledNodeHadLeased) {
  push("k");
  database_.close();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    TestDatabase& database = database_;
    database.open();
    Queue queue(options_, *database, clock_);
    const auto leased = queue.lease();
    const char word = leased && *leased ? 'y' : 'n';
    if (::write(ends[1], &word, 1) == 1) ::pause();
    ::_exit(1);
  }
  ASSERT_GT(child, 0);
  char word = 0;
  ASSERT_EQ(::read(ends[0], &word, 1), 1);
  ASSERT_EQ(word, 'y');
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ::close(ends[0]);
  ::close(ends[1]);

  database_.open();
  Queue queue(options_, *database_, clock_);
  EXPECT_FALSE(*queue.lease());  // Until recover() the lease binds.
  EXPECT_EQ(*queue.recover(), 1);
  const auto leased = queue.lease();

  ASSERT_TRUE(leased && *leased);
  EXPECT_EQ((*leased)->record.key, "k");
  EXPECT_EQ((*leased)->attempt, 2);
}

TEST_F(QueueTest, RecoversOnlyTheLeasesOfItsOwnNode) {
  push("k");
  Queue::Options other = options_;
  other.node = "loc";  // A prefix of ours.
  Queue neighbour(other, *database_, clock_);
  const Lease taken = lease();

  EXPECT_EQ(*neighbour.recover(), 0);
  EXPECT_EQ(look(taken.invocation_id).state, State::leased);
  EXPECT_EQ(*queue_.recover(), 1);
  EXPECT_EQ(look(taken.invocation_id).state, State::ready);
}

TEST_F(QueueTest, WaitsNoLongerThanUntilSomethingIsDue) {
  push("k");
  queue_.wait({});  // Something is due already.

  std::stop_source stop;
  stop.request_stop();
  ASSERT_TRUE(complete(lease()));
  queue_.wait(stop.get_token());

  std::jthread waiting([&](const std::stop_token& token) {
    while (!is_due() && !token.stop_requested()) queue_.wait(token);
  });
  push("next");
  queue_.wake();
  waiting.join();
  EXPECT_EQ(queue_.counts()->leased, 1);
}

TEST(Backoff, DoublesUpToTheLimitWithJitter) {
  const Queue::Options options;
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  const struct {
    const char* name;
    std::int64_t attempt;
    std::int64_t full_ms;
  } cases[] = {
      {"first", 1, 1'000},      {"second", 2, 2'000},       {"sixth", 6, 32'000},
      {"limit", 7, 60'000},     {"long after", 60, 60'000}, {"no overflow", 1LL << 40, 60'000},
      {"before all", 0, 1'000},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(backoff(options, c.attempt, 0), milliseconds(c.full_ms / 2));
    for (const std::uint32_t random : {1U, 499U, 500U, 501U, 123'456'789U, kMost}) {
      EXPECT_GE(backoff(options, c.attempt, random), milliseconds(c.full_ms / 2));
      EXPECT_LE(backoff(options, c.attempt, random), milliseconds(c.full_ms));
    }
  }
}

}  // namespace
}  // namespace tintype::event
