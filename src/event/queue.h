// The durable queue: from "an object arrived" to "a function has handled it", through a crash at
// any instruction in between.
//
//              lease                complete
//    ready ───────────▶ leased ───────────────▶ done
//      ▲  ▲               │ │
//      │  └── retry ──────┘ │ bury (attempts_max, or no use in trying again)
//      │  └── expire ─────┘ ▼
//      └───── replay ───── dead
//
// A queue is one lane of them: notifications wait for receivers outside, which may take their time,
// and pictures do not wait behind them.
//
// Every arrow is one committed transaction. Delivery is at least once: a function must be
// idempotent by the event's bucket, key and sequencer. An event is what happened; an invocation is
// that event given to one function, with its attempts. An attempt counts from its lease on, so that
// an event which kills the node cannot do so for ever: when the last attempt expired, the queue
// hands it out once more as `exhausted`, only to be buried.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/record.h"
#include "sql/database.h"

namespace tintype::event {

enum class State { ready, leased, done, dead };
std::string_view to_string(State state);

/// An invocation as an operator sees it (`tintype events`).
struct Invocation {
  std::string id;
  std::string event_id;
  std::string function;
  State state;
  std::int64_t attempts = 0;
  Instant due_at;
  std::string reason;  ///< Why the last attempt failed; empty if none did.
  Record record;
  Instant created_at;
  Instant updated_at;
};

/// The right to work on one invocation until `until`.
struct Lease {
  std::string invocation_id;
  std::string lease_id;
  std::string function;
  std::int64_t attempt = 1;  ///< From 1.
  Record record;
  Instant until;
  bool exhausted = false;  ///< Every attempt ended without a word: bury it, do not try it again.
};

/// Thread-safe. Blocks on the database.
class Queue {
 public:
  struct Options {
    std::int64_t attempts_max = 5;
    std::chrono::milliseconds lease_length{120'000};
    std::chrono::milliseconds backoff_first{1'000};  ///< Doubles with each attempt, with jitter,
    std::chrono::milliseconds backoff_max{60'000};   ///< up to this.
    /// What this queue hands out, of all that are in the database: whoever waits long in one lane
    /// holds up nobody in another.
    std::string lane = "work";
    /// This node among those that share the database: whose leases recover() takes back.
    std::string node = "local";
  };

  Queue(Options options, sql::Database& database, const Clock& clock);

  /// Adds the event and one ready invocation for each of `functions`, in the caller's transaction.
  /// With `due_at`, not before then. Call wake() after the commit.
  Status push(sql::Session& session, const Record& record,
              const std::vector<std::string>& functions, std::optional<Instant> due_at = {});

  /// Takes the oldest due invocation, or nothing; then nothing is written either. `also` adds to
  /// the same transaction, whose failure is returned and leaves the invocation as it was.
  using Also = std::function<Status(sql::Session&, const Lease&)>;
  Result<std::optional<Lease>> lease(const Also& also = {});

  /// The three ends of an attempt, in the caller's transaction, so that what the function did and
  /// that it did it are one. `conflict` if the lease expired and the invocation is another's now.
  Status complete(sql::Session& session, const Lease& lease);
  Status bury(sql::Session& session, const Lease& lease, std::string_view reason);
  /// Ready again after a back-off; dead instead after attempts_max. Tells which.
  Result<State> retry(sql::Session& session, const Lease& lease, std::string_view reason);

  /// Makes what an earlier process of this node had leased ready again, in whatever lane: its
  /// attempts count. How many. Before the first lease.
  Result<std::int64_t> recover();

  /// For operators: newest first. `state` empty: all.
  Result<std::vector<Invocation>> list(std::optional<State> state, std::size_t count_max);
  Result<Invocation> find(std::string_view invocation_id);
  /// Dead (or done) to ready, with its attempts at zero. How many. `not_found` for an unknown id.
  Result<std::int64_t> replay(std::string_view invocation_id);
  Result<std::int64_t> replay_dead();
  struct Counts {
    std::int64_t ready, leased, dead;
  };
  Result<Counts> counts();

  /// How long invocations can be inspected after their end.
  struct Kept {
    std::chrono::milliseconds done{7 * 24 * std::chrono::hours(1)};
    std::chrono::milliseconds dead{90 * 24 * std::chrono::hours(1)};
  };
  /// Deletes those that ended longer ago, with their events. How many. For a timer: often enough,
  /// as one call deletes kPrunedMax at most, so that nobody waits long for the writer.
  Result<std::int64_t> prune(const Kept& kept);
  static constexpr std::int64_t kPrunedMax = 1'000;

  /// Waits until something may be due: a wake(), the next due time, `stop`, or kWaitMax, for other
  /// processes push to the same database and cannot wake us. For runners.
  void wait(const std::stop_token& stop);
  static constexpr std::chrono::milliseconds kWaitMax{1'000};
  void wake();

 private:
  /// What lease() found due.
  struct Due;
  Result<std::optional<Due>> find_due(sql::Session& session, Instant now) const;
  Result<std::optional<Lease>> take(sql::Session& session, Instant now, const Also& also);
  Result<std::optional<Instant>> next_due();

  const Options options_;
  sql::Database& database_;
  const Clock& clock_;
  std::mutex mutex_;  // Guards wakes_.
  std::condition_variable_any woken_;
  std::uint64_t wakes_ = 0;
};

/// How long to wait after a failed attempt (from 1): half of the exponential back-off, and of the
/// other half as much as `random` says, so that what failed together does not come back together.
std::chrono::milliseconds backoff(const Queue::Options& options, std::int64_t attempt,
                                  std::uint32_t random);

}  // namespace tintype::event
