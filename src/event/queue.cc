#include "event/queue.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/log.h"
#include "base/random.h"

namespace tintype::event {

struct Queue::Due {
  std::string id;
  std::string event_id;
  std::string function;
  std::string state;
  std::string lease_id;
  std::int64_t attempts;
  std::string record;
};

namespace {

// Nodes that look at the same moment find the same invocation, and all but one are late. Looking
// again at once helps so often; then it is time to wait.
constexpr int kLooksMax = 8;

// An invocation of another's now, or of nobody.
Status lost(std::string_view action, const Lease& lease) {
  return fail(ErrorCode::conflict, std::string(action) + " invocation '" + lease.invocation_id +
                                       "': the lease expired and is another's");
}

std::uint32_t random_number() {
  std::uint32_t number = 0;
  std::memcpy(&number, random_bytes(sizeof number).data(), sizeof number);
  return number;
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::ready: return "ready";
    case State::leased: return "leased";
    case State::done: return "done";
    case State::dead: return "dead";
  }
  __builtin_unreachable();
}

std::chrono::milliseconds backoff(const Queue::Options& options, std::int64_t attempt,
                                  std::uint32_t random) {
  // Doubling 40 times exceeds every sensible limit and no 64 bits.
  constexpr std::int64_t kDoublingsMax = 40;
  const std::int64_t doublings = std::clamp<std::int64_t>(attempt - 1, 0, kDoublingsMax);
  const std::int64_t first = options.backoff_first.count();
  const std::int64_t limit = options.backoff_max.count();
  const std::int64_t full = first > (limit >> doublings) ? limit : first << doublings;
  const std::int64_t half = full / 2;
  const std::int64_t more = static_cast<std::int64_t>(random) % (full - half + 1);
  return std::chrono::milliseconds(half + more);
}

Queue::Queue(Options options, sql::Database& database, const Clock& clock)
    : options_(std::move(options)), database_(database), clock_(clock) {}

Status Queue::push(sql::Session& session, const Record& record,
                   const std::vector<std::string>& functions, std::optional<Instant> due_at) {
  const std::int64_t now = to_epoch_ms(clock_.now());
  const std::int64_t due = due_at ? to_epoch_ms(*due_at) : now;
  const std::string event_id = make_id();
  TRY(session.execute(
      "INSERT INTO event (id, bucket, key, sequencer, name, record, created_at)"
      " VALUES (:1, :2, :3, :4, :5, :6, :7)",
      {event_id, record.bucket, record.key, record.sequencer, record.name, to_json(record), now}));
  for (const std::string& function : functions) {
    TRY(
        session.execute("INSERT INTO invocation (id, event_id, function, state, attempts, due_at,"
                        " lease_id, lease_until, reason, created_at, updated_at, lane)"
                        " VALUES (:1, :2, :3, 'ready', 0, :4, NULL, NULL, '', :5, :6, :7)",
                        {make_id(), event_id, function, due, now, now, options_.lane}));
  }
  return {};
}

Result<std::optional<Lease>> Queue::lease(const Also& also) {
  for (int look = 0; look < kLooksMax; ++look) {
    const Instant now = clock_.now();
    // Reading first: a server with nothing to do writes nothing.
    TRY_LET(const auto due,
            database_.read([&](sql::Session& session) { return find_due(session, now); }));
    if (!due) return std::nullopt;
    TRY_LET(auto lease,
            database_.write([&](sql::Session& session) { return take(session, now, also); }));
    if (lease) return lease;
  }
  return std::nullopt;
}

/// The invocation to lease next: an expired one, as it has waited longest, or the oldest ready one.
Result<std::optional<Queue::Due>> Queue::find_due(sql::Session& session, Instant now) const {
  const std::string columns =
      "SELECT i.id, i.event_id, i.function, i.state, i.lease_id, i.attempts, e.record"
      " FROM invocation i JOIN event e ON e.id = i.event_id";
  TRY_LET(auto rows, session.query(columns + " WHERE i.lane = :1 AND i.state = 'leased'"
                                             " AND i.lease_until <= :2"
                                             " ORDER BY i.lease_until, i.id LIMIT 1",
                                   {options_.lane, to_epoch_ms(now)}));
  if (rows.empty()) {
    TRY_LET(rows, session.query(columns + " WHERE i.lane = :1 AND i.state = 'ready'"
                                          " AND i.due_at <= :2 ORDER BY i.due_at, i.id LIMIT 1",
                                {options_.lane, to_epoch_ms(now)}));
  }
  if (rows.empty()) return std::nullopt;
  const sql::Row& row = rows.front();
  return Due{.id = row.text(0),
             .event_id = row.text(1),
             .function = row.text(2),
             .state = row.text(3),
             .lease_id = row.text(4),
             .attempts = row.integer(5),
             .record = row.text(6)};
}

/// Nothing if another node was faster, or if what was due could not be read and is dead now.
Result<std::optional<Lease>> Queue::take(sql::Session& session, Instant now, const Also& also) {
  TRY_LET(const auto due, find_due(session, now));
  if (!due) return std::nullopt;
  const auto record = parse_record(due->record);
  if (!record) {
    // Our own row is broken. Returning an error would make it the first in line for ever.
    log(LogLevel::error, "event record found corrupt",
        {{"invocation", due->id}, {"event", due->event_id}, {"reason", record.error().message}});
    TRY(
        session.execute("UPDATE invocation SET state = 'dead', lease_id = NULL, lease_until = NULL,"
                        " reason = :1, updated_at = :2 WHERE id = :3",
                        {"corrupt: " + record.error().message, to_epoch_ms(now), due->id}));
    return std::nullopt;
  }

  const bool exhausted = due->attempts >= options_.attempts_max;
  Lease lease{.invocation_id = due->id,
              .lease_id = options_.node + "/" + make_id(),
              .function = due->function,
              .attempt = exhausted ? due->attempts : due->attempts + 1,
              .record = *record,
              .until = now + options_.lease_length,
              .exhausted = exhausted};
  // PostgreSQL lets two nodes find the same row. The later UPDATE waits for the earlier one's
  // commit and then looks at its conditions again: the lease is another, so nothing is changed.
  TRY_LET(const std::int64_t taken,
          session.execute("UPDATE invocation SET state = 'leased', attempts = :1, lease_id = :2,"
                          " lease_until = :3, updated_at = :4 WHERE id = :5 AND state = :6"
                          " AND attempts = :7 AND COALESCE(lease_id, '') = :8",
                          {lease.attempt, lease.lease_id, to_epoch_ms(lease.until),
                           to_epoch_ms(now), due->id, due->state, due->attempts, due->lease_id}));
  if (taken == 0) return std::nullopt;
  if (also) TRY(also(session, lease));
  return lease;
}

Status Queue::complete(sql::Session& session, const Lease& lease) {
  TRY_LET(const std::int64_t changed,
          session.execute("UPDATE invocation SET state = 'done', lease_id = NULL,"
                          " lease_until = NULL, updated_at = :1"
                          " WHERE id = :2 AND state = 'leased' AND lease_id = :3",
                          {to_epoch_ms(clock_.now()), lease.invocation_id, lease.lease_id}));
  return changed == 0 ? lost("complete", lease) : Status();
}

Status Queue::bury(sql::Session& session, const Lease& lease, std::string_view reason) {
  TRY_LET(const std::int64_t changed,
          session.execute("UPDATE invocation SET state = 'dead', lease_id = NULL,"
                          " lease_until = NULL, reason = :1, updated_at = :2"
                          " WHERE id = :3 AND state = 'leased' AND lease_id = :4",
                          {std::string(reason), to_epoch_ms(clock_.now()), lease.invocation_id,
                           lease.lease_id}));
  return changed == 0 ? lost("bury", lease) : Status();
}

Result<State> Queue::retry(sql::Session& session, const Lease& lease, std::string_view reason) {
  if (lease.attempt >= options_.attempts_max) {
    TRY(bury(session, lease, reason));
    return State::dead;
  }
  const Instant now = clock_.now();
  const Instant due_at = now + backoff(options_, lease.attempt, random_number());
  TRY_LET(const std::int64_t changed,
          session.execute("UPDATE invocation SET state = 'ready', due_at = :1, lease_id = NULL,"
                          " lease_until = NULL, reason = :2, updated_at = :3"
                          " WHERE id = :4 AND state = 'leased' AND lease_id = :5",
                          {to_epoch_ms(due_at), std::string(reason), to_epoch_ms(now),
                           lease.invocation_id, lease.lease_id}));
  if (changed == 0) return std::unexpected(lost("retry", lease).error());
  return State::ready;
}

Result<std::int64_t> Queue::recover() {
  const std::string mine = options_.node + "/";
  const auto size = static_cast<std::int64_t>(mine.size());
  return database_.write([&](sql::Session& session) {
    return session.execute(
        "UPDATE invocation SET state = 'ready', lease_id = NULL,"
        " lease_until = NULL, updated_at = :1"
        " WHERE state = 'leased' AND SUBSTR(lease_id, 1, :2) = :3",
        {to_epoch_ms(clock_.now()), size, mine});
  });
}

void Queue::wake() {
  {
    const std::lock_guard lock(mutex_);
    ++wakes_;
  }
  woken_.notify_all();
}

void Queue::wait(const std::stop_token& stop) {
  std::uint64_t seen = 0;
  {
    const std::lock_guard lock(mutex_);
    seen = wakes_;
  }
  // In this order: what was pushed before `seen` is found due here, what is pushed later wakes us.
  std::chrono::milliseconds length = kWaitMax;
  if (const auto due = next_due(); due && *due)
    length = std::clamp(**due - clock_.now(), std::chrono::milliseconds(0), kWaitMax);
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, stop, length, [&] { return wakes_ != seen; });
}

Result<std::optional<Instant>> Queue::next_due() {
  return database_.read([&](sql::Session& session) -> Result<std::optional<Instant>> {
    // Two questions, as each has an index.
    TRY_LET(const auto ready,
            session.query("SELECT due_at FROM invocation WHERE lane = :1 AND state = 'ready'"
                          " ORDER BY due_at LIMIT 1",
                          {options_.lane}));
    TRY_LET(const auto leased,
            session.query("SELECT lease_until FROM invocation WHERE lane = :1 AND state = 'leased'"
                          " ORDER BY lease_until LIMIT 1",
                          {options_.lane}));
    std::optional<Instant> result;
    for (const auto* rows : {&ready, &leased}) {
      if (rows->empty()) continue;
      const Instant at = from_epoch_ms(rows->front().integer(0));
      if (!result || at < *result) result = at;
    }
    return result;
  });
}

}  // namespace tintype::event
