// Migrations are numbered files, NNNN_name.up.sql and NNNN_name.down.sql. The ledger (table
// `schema_migrations`) has one row per migration that ran, with the checksum of its file; each runs
// in a transaction together with its row. They are compiled into the program, so that it is one
// file.
//
// The SQL is common to both engines. Columns are BIGINT or TEXT. A text that must sort by its bytes
// wherever PostgreSQL's cluster was set up says COLLATE "binary": SQLite has it, and for PostgreSQL
// migrate() creates it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/database.h"

namespace tintype::sql {

struct Migration {
  std::string id;  ///< "0001_base": sorts as it runs, for all numbers have one width.
  std::string up;
  std::string down;
};

struct MigrationState {
  std::string id;
  bool applied;
  std::string applied_at;  ///< RFC 3339, or empty.
};

/// Runs what has not run yet, in order; returns the ids that ran. `conflict`, naming the migration,
/// if one that ran was edited (its `up`) or is missing since, if one that did not run sorts before
/// one that did, or if the numbers do not rise. Two at once wait for each other; who waits longer
/// than for a lock (five seconds) gets `unavailable` and can begin again.
Result<std::vector<std::string>> migrate(Database& database, const std::vector<Migration>& all);
/// Undoes the newest one; returns its id, or empty if none ran.
Result<std::string> rollback(Database& database, const std::vector<Migration>& all);
Result<std::vector<MigrationState>> migration_states(Database& database,
                                                     const std::vector<Migration>& all);

/// Those of db/migrations/, compiled in.
const std::vector<Migration>& built_in_migrations();

}  // namespace tintype::sql
