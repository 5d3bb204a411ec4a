#include <sysexits.h>

#include <cstdio>

#include "commands.h"
#include "data_dir.h"
#include "sql/migrations.h"

namespace tintype {
namespace {

Result<std::string> url_of(const DbOptions& options) {
  if (!options.database.empty()) return options.database;
  TRY_LET(const DataDir data, DataDir::open(options.data));
  return data.database_url();
}

Status run(const DbOptions& options) {
  TRY_LET(const std::string url, url_of(options));
  TRY_LET(const auto database, sql::Database::open(url, {.readers = 1}));
  const auto& all = sql::built_in_migrations();
  if (options.action == "migrate") {
    TRY_LET(const auto ran, sql::migrate(*database, all));
    for (const std::string& id : ran) std::printf("applied %s\n", id.c_str());
    if (ran.empty()) std::printf("nothing to apply\n");
  } else if (options.action == "rollback") {
    TRY_LET(const std::string id, sql::rollback(*database, all));
    std::printf("%s%s\n", id.empty() ? "nothing to roll back" : "rolled back ", id.c_str());
  } else {
    TRY_LET(const auto states, sql::migration_states(*database, all));
    for (const sql::MigrationState& state : states)
      std::printf("%-8s %s %s\n", state.applied ? "applied" : "pending", state.id.c_str(),
                  state.applied_at.c_str());
  }
  return {};
}

}  // namespace

int run_db(const DbOptions& options) {
  const Status done = run(options);
  return done ? EX_OK : report(done.error());
}

}  // namespace tintype
