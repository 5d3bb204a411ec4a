#include <sysexits.h>

#include <boost/json.hpp>
#include <cstdio>

#include "base/clock.h"
#include "commands.h"
#include "data_dir.h"
#include "event/queue.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace tintype {
namespace {

constexpr std::size_t kListedMax = 1000;

boost::json::object to_json(const event::Invocation& invocation) {
  return {{"id", invocation.id},
          {"event", invocation.event_id},
          {"function", invocation.function},
          {"state", to_string(invocation.state)},
          {"attempts", invocation.attempts},
          {"due_at", to_rfc3339(invocation.due_at)},
          {"reason", invocation.reason},
          {"bucket", invocation.record.bucket},
          {"key", invocation.record.key},
          {"created_at", to_rfc3339(invocation.created_at)},
          {"updated_at", to_rfc3339(invocation.updated_at)}};
}

Status replay(event::Queue& queue, const EventsOptions& options) {
  if (options.all != options.ids.empty())
    return fail(ErrorCode::invalid_argument, "events replay: give ids, or --all");
  std::int64_t count = 0;
  if (options.all) {
    TRY_LET(count, queue.replay_dead());
  }
  for (const std::string& id : options.ids) {
    TRY_LET(const std::int64_t replayed, queue.replay(id));
    count += replayed;
  }
  print_line({{"replayed", count}});
  return {};
}

Status show(event::Queue& queue, const EventsOptions& options) {
  if (options.ids.size() != 1) return fail(ErrorCode::invalid_argument, "events show: give one id");
  TRY_LET(const event::Invocation invocation, queue.find(options.ids.front()));
  boost::json::object object = to_json(invocation);
  object["record"] = boost::json::parse(event::to_json(invocation.record));
  print_line(object);
  return {};
}

/// One JSON object per line.
Status run(const EventsOptions& options) {
  TRY_LET(const DataDir data, DataDir::open(options.data));
  TRY_LET(const auto database, sql::Database::open(data.database_url(), {.readers = 1}));
  TRY(sql::migrate(*database, sql::built_in_migrations()));
  const SystemClock clock;
  event::Queue queue({}, *database, clock);
  if (options.action == "replay") return replay(queue, options);
  if (options.action == "show") return show(queue, options);
  const auto state = options.action == "dead" ? std::optional(event::State::dead) : std::nullopt;
  TRY_LET(const auto invocations, queue.list(state, kListedMax));
  for (const event::Invocation& invocation : invocations) print_line(to_json(invocation));
  return {};
}

}  // namespace

int run_events(const EventsOptions& options) {
  const Status done = run(options);
  return done ? EX_OK : report(done.error());
}

}  // namespace tintype
