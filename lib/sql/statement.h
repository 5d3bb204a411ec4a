// A prepared statement of SOCI, which cannot go wrong silently. Internal to lib/sql: the only
// header that shows SOCI, included by statement.cc and connection.cc alone.
//
// What SOCI 4.0.3 does that this class guards against:
// - SQLite numbers `:2, :1` by appearance, PostgreSQL counts a repeated `:1` twice: we bind by
// name.
// - A parameter without a value is NULL on SQLite: we count them.
// - Text after the first `;` is dropped on SQLite: we look for it.
// - A column declared INTEGER is read with 32 bits, numeric as double: we refuse all but BIGINT,
//   TEXT and expressions (which arrive as text on SQLite).
// - For a declared type it does not know it runs the statement twice: the same refusal.
// - Its message quotes the values of parameters: we take only the engine's own.
#pragma once

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/database.h"

namespace tintype::sql {

/// Where statements are prepared. Its statements must be gone before it is closed.
struct Place {
  Engine engine;
  soci::session session;
};

/// Thread-compatible. Its functions may throw SOCI's exceptions, which Connection catches; after
/// what the engine said (to_error's code is not `internal`) the statement can still be used.
class Statement {
 public:
  /// Prepares `text` for values of the types that `values` has.
  static Result<std::unique_ptr<Statement>> prepare(Place& place, std::string_view text,
                                                    const Values& values);
  /// What distinguishes statements that cannot stand in for each other: text and types.
  static std::string cache_key(std::string_view text, const Values& values);

  /// Runs it to its end. Appends what it returns to `rows`, and returns how many rows it changed.
  Result<std::int64_t> run(const Values& values, Rows& rows);

 private:
  /// SOCI binds addresses, so this stays where it is.
  struct Bound {
    soci::indicator indicator = soci::i_ok;
    long long number = 0;  // SOCI's 64-bit type; std::int64_t is another (long).
    std::string text;
  };

  Statement(Place& place, std::size_t value_count);
  Status check_parameters(std::string_view text);
  Status check_columns();

  Place& place_;
  std::vector<Bound> bound_;
  soci::row row_;
  soci::statement statement_;  // Last: it refers to the two above.
};

/// The one translation of what SOCI throws.
Error to_error(const std::exception& exception);

}  // namespace tintype::sql
