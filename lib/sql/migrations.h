// Migrations are numbered files, NNNN_name.up.sql and NNNN_name.down.sql. The ledger (table
// `schema_migrations`) has one row per migration that ran, with the checksum of its file; each runs
// in a transaction together with its row. They are compiled into the program, so that it is one
// file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/database.h"

namespace tintype::sql {

struct Migration {
  std::string id;  ///< "0001_base": sorts as it runs, for all ids have the same width.
  std::string up;
  std::string down;
};

struct MigrationState {
  std::string id;
  bool applied;
  std::string applied_at;  ///< RFC 3339, or empty.
};

/// Runs what has not run yet, in order; returns the ids that ran. `conflict` if a migration that
/// ran was edited or is missing since, or if ids are not in order.
Result<std::vector<std::string>> migrate(Database& database, const std::vector<Migration>& all);
/// Undoes the newest one; returns its id, or empty if none ran.
Result<std::string> rollback(Database& database, const std::vector<Migration>& all);
Result<std::vector<MigrationState>> migration_states(Database& database,
                                                     const std::vector<Migration>& all);

/// Those of db/migrations/, compiled in.
const std::vector<Migration>& built_in_migrations();

}  // namespace tintype::sql
