#include <sysexits.h>

#include <cstdio>

#include "commands.h"
#include "data_dir.h"
#include "sql/migration_files.h"
#include "sql/migrations.h"

namespace tintype {
namespace {

Result<std::string> url_of(const DbOptions& options) {
  if (!options.database.empty()) return options.database;
  TRY_LET(const DataDir data, DataDir::open(options.data));
  return data.database_url();
}

Result<std::vector<sql::Migration>> migrations_of(const DbOptions& options) {
  if (options.migrations.empty()) return sql::built_in_migrations();
  return sql::load_migrations(options.migrations);
}

/// Prints how each stands; `conflict` if one must not be as it is.
Status print_states(const std::vector<sql::MigrationState>& states) {
  for (const sql::MigrationState& state : states)
    std::printf("%-12s %s %s\n", std::string(to_string(state.standing)).c_str(), state.id.c_str(),
                state.applied_at.c_str());
  return sql::check_states(states);
}

Status run(const DbOptions& options) {
  TRY_LET(const std::string url, url_of(options));
  TRY_LET(const auto all, migrations_of(options));
  TRY_LET(const auto database, sql::Database::open(url, {.readers = 1}));
  if (options.action == "migrate") {
    TRY_LET(const auto ran, sql::migrate(*database, all));
    for (const std::string& id : ran) std::printf("applied %s\n", id.c_str());
    if (ran.empty()) std::printf("nothing to apply\n");
  } else if (options.action == "rollback") {
    TRY_LET(const std::string id, sql::rollback(*database, all));
    std::printf("%s%s\n", id.empty() ? "nothing to roll back" : "rolled back ", id.c_str());
  } else {
    TRY_LET(const auto states, sql::migration_states(*database, all));
    return print_states(states);
  }
  return {};
}

}  // namespace

int run_db(const DbOptions& options) {
  const Status done = run(options);
  return done ? EX_OK : report(done.error());
}

}  // namespace tintype
