// Migrations are numbered files, NNNN_name.up.sql and NNNN_name.down.sql. The ledger (table
// `schema_migrations`) has one row per migration that ran, with the checksum of its files; each
// runs in a transaction together with its row. They are compiled into the program, so that it is
// one file; migration_files.h reads others.
//
// The SQL is common to both engines. Columns are BIGINT or TEXT. A text that must sort by its bytes
// wherever PostgreSQL's cluster was set up says COLLATE "binary": SQLite has it, and for PostgreSQL
// migrate() creates it. Where the engines must differ there are four files instead of two,
// NNNN_name.sqlite.up.sql, NNNN_name.postgresql.up.sql and their downs, and each engine's ledger
// knows its own.
#pragma once

#include <optional>
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
  std::optional<Engine> only = std::nullopt;  ///< Nothing: the files are the same for both.
};

enum class MigrationStanding {
  applied,
  pending,
  edited,        ///< It ran, and its files say something else now.
  missing,       ///< It ran, and is not among those that we know.
  out_of_order,  ///< It did not run, and one after it did.
};
/// As `tintype db status` prints it: "applied", "out of order".
std::string_view to_string(MigrationStanding standing);

struct MigrationState {
  std::string id;
  MigrationStanding standing;
  std::string applied_at;  ///< RFC 3339, or empty.
};

/// Runs what has not run yet, in order; returns the ids that ran. `conflict`, naming the migration
/// and the remedy, if one is edited, missing or out of order, or if the numbers do not rise. Two at
/// once, also of two processes, wait for each other; who waits longer than for a lock (five
/// seconds) gets `unavailable` and can begin again.
Result<std::vector<std::string>> migrate(Database& database, const std::vector<Migration>& all);
/// Undoes the newest one that ran; returns its id, or empty if none ran. Errors as above.
Result<std::string> rollback(Database& database, const std::vector<Migration>& all);
/// How each stands, by id: what is wrong is told and is no error here. Changes nothing.
Result<std::vector<MigrationState>> migration_states(Database& database,
                                                     const std::vector<Migration>& all);
/// `conflict`, naming migration and remedy, for the first of `states` that must not be.
Status check_states(const std::vector<MigrationState>& states);

/// Those of db/migrations/, compiled in.
const std::vector<Migration>& built_in_migrations();

}  // namespace tintype::sql
