// The queue as an operator sees it, and what is forgotten in the end.
#include "event/queue.h"

namespace tintype::event {
namespace {

constexpr std::string_view kSelect =
    "SELECT i.id, i.event_id, i.function, i.state, i.attempts, i.due_at, i.reason, i.created_at,"
    " i.updated_at, e.record FROM invocation i JOIN event e ON e.id = i.event_id";

Result<State> parse_state(std::string_view text) {
  for (const State state : {State::ready, State::leased, State::done, State::dead}) {
    if (text == to_string(state)) return state;
  }
  return fail(ErrorCode::corrupt, "invocation state '" + std::string(text) + "': unknown");
}

Result<Invocation> read_invocation(const sql::Row& row) {
  TRY_LET(const State state, parse_state(row.text(3)));
  Invocation invocation{.id = row.text(0),
                        .event_id = row.text(1),
                        .function = row.text(2),
                        .state = state,
                        .attempts = row.integer(4),
                        .due_at = from_epoch_ms(row.integer(5)),
                        .reason = row.text(6),
                        .record = {},
                        .created_at = from_epoch_ms(row.integer(7)),
                        .updated_at = from_epoch_ms(row.integer(8))};
  // A record that cannot be read is why it is dead: it must be possible to look at it all the same.
  if (auto record = parse_record(row.text(9))) invocation.record = *std::move(record);
  return invocation;
}

/// The ids of what ended in `state` before `before`: with the event of each.
Result<sql::Rows> find_ended(sql::Session& session, State state, Instant before,
                             std::int64_t count_max) {
  return session.query(
      "SELECT id, event_id FROM invocation WHERE state = :1 AND updated_at < :2"
      " ORDER BY updated_at LIMIT :3",
      {std::string(to_string(state)), to_epoch_ms(before), count_max});
}

Status remove(sql::Session& session, const sql::Row& row, State state) {
  // Still in that state: an operator may have replayed it since.
  TRY(session.execute("DELETE FROM invocation WHERE id = :1 AND state = :2",
                      {row.text(0), std::string(to_string(state))}));
  TRY(
      session.execute("DELETE FROM event WHERE id = :1 AND NOT EXISTS"
                      " (SELECT 1 FROM invocation WHERE event_id = :2)",
                      {row.text(1), row.text(1)}));
  return {};
}

}  // namespace

Result<std::vector<Invocation>> Queue::list(std::optional<State> state, std::size_t count_max) {
  return database_.read([&](sql::Session& session) -> Result<std::vector<Invocation>> {
    const std::string order = " ORDER BY i.id DESC LIMIT ";
    const auto limit = static_cast<std::int64_t>(count_max);
    std::string statement(kSelect);
    sql::Values values;
    if (state) {
      statement += " WHERE i.state = :1" + order + ":2";
      values = {std::string(to_string(*state)), limit};
    } else {
      statement += order + ":1";
      values = {limit};
    }
    TRY_LET(const auto rows, session.query(statement, values));
    std::vector<Invocation> result;
    for (const sql::Row& row : rows) {
      TRY_LET(result.emplace_back(), read_invocation(row));
    }
    return result;
  });
}

Result<Invocation> Queue::find(std::string_view invocation_id) {
  return database_.read([&](sql::Session& session) -> Result<Invocation> {
    TRY_LET(const auto rows,
            session.query(std::string(kSelect) + " WHERE i.id = :1", {std::string(invocation_id)}));
    if (rows.empty())
      return fail(ErrorCode::not_found, "invocation '" + std::string(invocation_id) + "': unknown");
    return read_invocation(rows.front());
  });
}

Result<std::int64_t> Queue::replay(std::string_view invocation_id) {
  const std::int64_t now = to_epoch_ms(clock_.now());
  TRY(find(invocation_id));
  TRY_LET(const std::int64_t count, database_.write([&](sql::Session& session) {
    return session.execute(
        "UPDATE invocation SET state = 'ready', attempts = 0, due_at = :1,"
        " updated_at = :2 WHERE id = :3 AND state IN ('done', 'dead')",
        {now, now, std::string(invocation_id)});
  }));
  wake();
  return count;
}

Result<std::int64_t> Queue::replay_dead() {
  const std::int64_t now = to_epoch_ms(clock_.now());
  TRY_LET(const std::int64_t count, database_.write([&](sql::Session& session) {
    return session.execute(
        "UPDATE invocation SET state = 'ready', attempts = 0, due_at = :1,"
        " updated_at = :2 WHERE state = 'dead'",
        {now, now});
  }));
  wake();
  return count;
}

Result<Queue::Counts> Queue::counts() {
  return database_.read([](sql::Session& session) -> Result<Counts> {
    TRY_LET(const auto rows,
            session.query("SELECT state, COUNT(*) FROM invocation"
                          " WHERE state IN ('ready', 'leased', 'dead') GROUP BY state"));
    Counts counts{.ready = 0, .leased = 0, .dead = 0};
    for (const sql::Row& row : rows) {
      if (row.text(0) == "ready") counts.ready = row.integer(1);
      if (row.text(0) == "leased") counts.leased = row.integer(1);
      if (row.text(0) == "dead") counts.dead = row.integer(1);
    }
    return counts;
  });
}

Result<std::int64_t> Queue::prune(const Kept& kept) {
  const Instant now = clock_.now();
  std::int64_t count = 0;
  const std::pair<State, Instant> limits[] = {{State::done, now - kept.done},
                                              {State::dead, now - kept.dead}};
  for (const auto& [state, before] : limits) {
    const std::int64_t count_max = kPrunedMax - count;
    TRY_LET(const auto ended, database_.read([&](sql::Session& session) {
      return find_ended(session, state, before, count_max);
    }));
    if (ended.empty()) continue;
    TRY(database_.write([&](sql::Session& session) -> Status {
      for (const sql::Row& row : ended) TRY(remove(session, row, state));
      return {};
    }));
    count += static_cast<std::int64_t>(ended.size());
  }
  return count;
}

}  // namespace tintype::event
