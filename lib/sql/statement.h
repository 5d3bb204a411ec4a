// A prepared statement that cannot go wrong silently, of either engine. Internal to lib/sql:
// this and place.h are the only headers that show SOCI or SQLite.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/database.h"
#include "sql/place.h"

namespace tintype::sql {

/// Thread-compatible. What its functions throw (SOCI's exceptions) Connection catches; after what
/// the engine said (an error that is not `internal`) the statement can still be used.
class Statement {
 public:
  virtual ~Statement() = default;
  /// Prepares `text` for values of the types that `values` has.
  static Result<std::unique_ptr<Statement>> prepare(Place& place, std::string_view text,
                                                    const Values& values);
  /// What distinguishes statements that cannot stand in for each other: text and types.
  static std::string cache_key(std::string_view text, const Values& values);

  /// Runs it to its end. Appends what it returns to `rows`, and returns how many rows it changed.
  virtual Result<std::int64_t> run(const Values& values, Rows& rows) = 0;
};

/// Each engine's own prepare(), of a text that is not empty.
Result<std::unique_ptr<Statement>> prepare_sqlite(Place& place, std::string_view text,
                                                  std::size_t value_count);
Result<std::unique_ptr<Statement>> prepare_postgresql(Place& place, std::string_view text,
                                                      const Values& values);

/// `wanted` parameters of a statement against `given` values.
Status check_value_count(std::size_t wanted, std::size_t given);

/// https://www.sqlite.org/rescode.html; Connection asks for the extended ones.
ErrorCode code_of_sqlite(int result);
/// The one translation of what SOCI throws.
Error to_error(const std::exception& exception);

}  // namespace tintype::sql
