#include "sql/migrations.h"

#include <algorithm>
#include <iterator>

#include "base/clock.h"
#include "crypto/digest.h"
#include "sql/split.h"

namespace tintype::sql {
namespace {

/// PostgreSQL: whoever migrates holds this lock until its transaction ends. The number means
/// nothing but must be nobody else's: "tintype" in ASCII. SQLite has one writer anyway.
constexpr const char* kLock = "SELECT CAST(pg_advisory_xact_lock(32767020419870821) AS TEXT)";
/// SQLite has this collation; PostgreSQL's is memcmp, in the schema of the tables.
constexpr const char* kCollation =
    "CREATE COLLATION IF NOT EXISTS \"binary\" (PROVIDER = libc, LOCALE = 'C')";
constexpr const char* kLedgerTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations "
    "(id TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)";

/// A row of the ledger.
struct Applied {
  std::string id;
  std::string checksum;
  std::string applied_at;
};
using Ledger = std::vector<Applied>;

using Migrations = std::vector<Migration>;

/// SHA-256 of what runs and of what undoes it. The NUL, which no file holds, keeps them apart.
std::string checksum_of(const Migration& migration) {
  return crypto::sha256_hex(as_bytes(migration.up + '\0' + migration.down));
}

/// What ledgers of version 0.1.0 have: SHA-256 of the `up` alone. lock_ledger() renews them.
std::string first_checksum_of(const Migration& migration) {
  return crypto::sha256_hex(as_bytes(migration.up));
}

/// "0001" of "0001_base".
std::string_view number_of(std::string_view id) { return id.substr(0, id.find('_')); }

Status check_order(const Migrations& all) {
  for (std::size_t i = 1; i < all.size(); ++i) {
    const std::string_view before = number_of(all[i - 1].id);
    const std::string_view number = number_of(all[i].id);
    if (number.size() == before.size() && before < number) continue;
    return fail(ErrorCode::conflict, "migration '" + all[i].id + "': its number is not after '" +
                                         std::string(before) + "', or not as wide; renumber it");
  }
  return {};
}

/// Those of `all` that are for `engine`, whose numbers rise.
Result<Migrations> select_for(Engine engine, const Migrations& all) {
  Migrations selected;
  std::ranges::copy_if(all, std::back_inserter(selected), [&](const Migration& migration) {
    return !migration.only || *migration.only == engine;
  });
  TRY(check_order(selected));
  return selected;
}

MigrationState state_of(const Applied& applied, const Migrations& all) {
  MigrationState state{applied.id, MigrationStanding::applied, applied.applied_at};
  const auto known = std::ranges::find(all, applied.id, &Migration::id);
  if (known == all.end())
    state.standing = MigrationStanding::missing;
  else if (applied.checksum != checksum_of(*known) && applied.checksum != first_checksum_of(*known))
    state.standing = MigrationStanding::edited;
  return state;
}

/// The states of all that ran or could run, by id. What ran must be the beginning of `all`.
std::vector<MigrationState> compare(const Ledger& ledger, const Migrations& all) {
  std::vector<MigrationState> states;
  for (const Applied& applied : ledger) states.push_back(state_of(applied, all));
  for (const Migration& migration : all) {
    if (std::ranges::find(ledger, migration.id, &Applied::id) != ledger.end()) continue;
    const bool late = !ledger.empty() && migration.id < ledger.back().id;
    states.push_back(
        {migration.id, late ? MigrationStanding::out_of_order : MigrationStanding::pending, ""});
  }
  std::ranges::sort(states, {}, &MigrationState::id);
  return states;
}

Result<Ledger> read_ledger(Session& session) {
  // Their numbers have one width, so that every collation sorts them alike.
  TRY_LET(const Rows rows,
          session.query("SELECT id, checksum, applied_at FROM schema_migrations ORDER BY id"));
  Ledger ledger;
  for (const Row& row : rows) ledger.push_back({row.text(0), row.text(1), row.text(2)});
  return ledger;
}

Result<bool> has_ledger(Session& session, Engine engine) {
  const char* const statement =
      engine == Engine::sqlite
          ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
          : "SELECT tablename FROM pg_tables "
            "WHERE schemaname = current_schema() AND tablename = 'schema_migrations'";
  TRY_LET(const Rows rows, session.query(statement));
  return !rows.empty();
}

/// Keeps others from migrating until the transaction ends, then reads and checks the ledger. What
/// the other did meanwhile is seen: PostgreSQL takes a new snapshot for each statement of a write.
Result<Ledger> lock_ledger(Session& session, Engine engine, const Migrations& all) {
  if (engine == Engine::postgresql) {
    TRY(session.query(kLock));
    TRY(session.execute(kCollation));
  }
  TRY(session.execute(kLedgerTable));
  TRY_LET(Ledger ledger, read_ledger(session));
  TRY(check_states(compare(ledger, all)));
  for (std::size_t i = 0; i < ledger.size(); ++i)
    if (ledger[i].checksum != checksum_of(all[i]))
      TRY(session.execute("UPDATE schema_migrations SET checksum = :1 WHERE id = :2",
                          {checksum_of(all[i]), all[i].id}));
  return ledger;
}

Status run_statements(Session& session, std::string_view text) {
  for (const std::string& statement : split_statements(text)) TRY(session.execute(statement));
  return {};
}

/// Runs the oldest that has not run; empty if there is none.
Result<std::string> run_next(Session& session, Engine engine, const Migrations& all) {
  TRY_LET(const Ledger ledger, lock_ledger(session, engine, all));
  if (ledger.size() == all.size()) return "";
  const Migration& next = all[ledger.size()];
  TRY(within("migration '" + next.id + "'", run_statements(session, next.up)));
  TRY(session.execute(
      "INSERT INTO schema_migrations (id, checksum, applied_at) VALUES (:1, :2, :3)",
      {next.id, checksum_of(next), to_rfc3339(SystemClock().now())}));
  return next.id;
}

Result<std::string> undo_newest(Session& session, Engine engine, const Migrations& all) {
  TRY_LET(const Ledger ledger, lock_ledger(session, engine, all));
  if (ledger.empty()) return "";
  const Migration& newest = all[ledger.size() - 1];
  TRY(within("undo migration '" + newest.id + "'", run_statements(session, newest.down)));
  TRY(session.execute("DELETE FROM schema_migrations WHERE id = :1", {newest.id}));
  return newest.id;
}

}  // namespace

std::string_view to_string(MigrationStanding standing) {
  switch (standing) {
    case MigrationStanding::applied: return "applied";
    case MigrationStanding::pending: return "pending";
    case MigrationStanding::edited: return "edited";
    case MigrationStanding::missing: return "missing";
    case MigrationStanding::out_of_order: return "out of order";
  }
  __builtin_unreachable();
}

Status check_states(const std::vector<MigrationState>& states) {
  for (const MigrationState& state : states) {
    const std::string name = "migration '" + state.id + "' ";
    switch (state.standing) {
      case MigrationStanding::applied:
      case MigrationStanding::pending: break;
      case MigrationStanding::edited:
        return fail(ErrorCode::conflict,
                    name +
                        "was edited since it ran: put its files back as they were, and make the "
                        "change in a new one (bin/generate/migration NAME)");
      case MigrationStanding::missing:
        return fail(ErrorCode::conflict,
                    name +
                        "ran here but is missing: put its files back, or use the newer program "
                        "that was here");
      case MigrationStanding::out_of_order:
        return fail(ErrorCode::conflict,
                    name + "did not run, but one that sorts after it did: give it a newer number");
    }
  }
  return {};
}

Result<std::vector<std::string>> migrate(Database& database, const Migrations& all) {
  TRY_LET(const Migrations ours, select_for(database.engine(), all));
  std::vector<std::string> ran;
  for (;;) {
    TRY_LET(std::string id, database.write([&](Session& session) {
      return run_next(session, database.engine(), ours);
    }));
    if (id.empty()) return ran;
    ran.push_back(std::move(id));
  }
}

Result<std::string> rollback(Database& database, const Migrations& all) {
  TRY_LET(const Migrations ours, select_for(database.engine(), all));
  return database.write(
      [&](Session& session) { return undo_newest(session, database.engine(), ours); });
}

Result<std::vector<MigrationState>> migration_states(Database& database, const Migrations& all) {
  TRY_LET(const Migrations ours, select_for(database.engine(), all));
  TRY_LET(const Ledger ledger, database.read([&](Session& session) -> Result<Ledger> {
    TRY_LET(const bool exists, has_ledger(session, database.engine()));
    if (!exists) return Ledger();
    return read_ledger(session);
  }));
  return compare(ledger, ours);
}

}  // namespace tintype::sql
