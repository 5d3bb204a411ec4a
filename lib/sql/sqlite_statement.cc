// Statements of SQLite, by its own calls on the connection that SOCI opened. SOCI describes and
// allocates every column anew for each run, which took longer than SQLite itself.
//
// What these calls do that we guard against:
// - A parameter without a value is NULL: we count them, and bind by name (`:2, :1` is numbered by
//   appearance).
// - Text after the first `;` is not compiled: we look for it.
// - A column keeps whatever type was put into it: we refuse all but integers and texts, and those
//   that are declared otherwise before they run, as PostgreSQL would read them differently.
#include <algorithm>
#include <limits>
#include <vector>

#include "base/text.h"
#include "sql/statement.h"

namespace tintype::sql {

using namespace sqlite_api;  // NOLINT(google-build-using-namespace): SOCI wraps sqlite3.h.

namespace {

std::unexpected<Error> failure_of(sqlite3* connection, int result) {
  return fail(code_of_sqlite(result), sqlite3_errmsg(connection));
}

/// True if SQLite reads the column like PostgreSQL: declared so, or an expression (null).
bool is_common_type(const char* declared) {
  return declared == nullptr || equals_ignoring_case(declared, "BIGINT") ||
         equals_ignoring_case(declared, "TEXT");
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Compiled = std::unique_ptr<sqlite3_stmt, Finalize>;

class SqliteStatement final : public Statement {
 public:
  /// `places[i]` is where SQLite has the parameter `:i+1`.
  SqliteStatement(sqlite3* connection, Compiled statement, std::vector<int> places)
      : connection_(connection), statement_(std::move(statement)), places_(std::move(places)) {}

  Result<std::int64_t> run(const Values& values, Rows& rows) override {
    const std::int64_t before = sqlite3_total_changes64(connection_);
    const Status done = bind_and_step(values, rows);
    // What it says was said by the step before.
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());  // They refer to `values`.
    TRY(done);
    // SQLite's count is that of the last statement that could change rows, be it another one.
    if (sqlite3_total_changes64(connection_) == before) return 0;
    return sqlite3_changes64(connection_);
  }

 private:
  Status bind_and_step(const Values& values, Rows& rows) {
    for (std::size_t i = 0; i < values.size(); ++i) TRY(bind(places_[i], values[i]));
    for (;;) {
      const int result = sqlite3_step(statement_.get());
      if (result == SQLITE_DONE) return {};
      if (result != SQLITE_ROW) return failure_of(connection_, result);
      TRY_LET(Values row, read_row());
      rows.emplace_back(std::move(row));
    }
  }

  /// Without a copy: `value` lives until the statement has run.
  Status bind(int place, const Value& value) {
    int result = SQLITE_OK;
    if (const auto* const number = std::get_if<std::int64_t>(&value))
      result = sqlite3_bind_int64(statement_.get(), place, *number);
    else if (const auto* const text = std::get_if<std::string>(&value))
      result = sqlite3_bind_text64(statement_.get(), place, text->data(), text->size(),
                                   SQLITE_STATIC, SQLITE_UTF8);
    else
      result = sqlite3_bind_null(statement_.get(), place);
    if (result != SQLITE_OK) return failure_of(connection_, result);
    return {};
  }

  Result<Values> read_row() {
    const int count = sqlite3_data_count(statement_.get());
    Values row;
    row.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      switch (sqlite3_column_type(statement_.get(), i)) {
        case SQLITE_NULL: row.emplace_back(nullptr); break;
        case SQLITE_INTEGER: row.emplace_back(sqlite3_column_int64(statement_.get(), i)); break;
        case SQLITE_TEXT: {
          const auto* const text =
              reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), i));
          if (text == nullptr) return failure_of(connection_, SQLITE_NOMEM);
          const int size = sqlite3_column_bytes(statement_.get(), i);
          row.emplace_back(std::string(text, static_cast<std::size_t>(size)));
          break;
        }
        default:
          return fail(ErrorCode::internal,
                      "column '" + std::string(sqlite3_column_name(statement_.get(), i)) +
                          "' is neither BIGINT nor TEXT: CAST it");
      }
    }
    return row;
  }

  sqlite3* const connection_;
  const Compiled statement_;
  const std::vector<int> places_;
};

Status check_columns(sqlite3_stmt* statement) {
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    if (is_common_type(sqlite3_column_decltype(statement, i))) continue;
    return fail(ErrorCode::internal, "column '" + std::string(sqlite3_column_name(statement, i)) +
                                         "' is declared neither BIGINT nor TEXT");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Statement>> prepare_sqlite(Place& place, std::string_view text,
                                                  std::size_t value_count) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return fail(ErrorCode::internal, "a statement over 2 GB");
  sqlite3* const connection = place.sqlite();
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int result = sqlite3_prepare_v3(connection, text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, &rest);
  Compiled statement(raw);
  if (result != SQLITE_OK) return failure_of(connection, result);
  if (!statement) return fail(ErrorCode::internal, "a comment, but no statement");
  const std::string_view behind = text.substr(static_cast<std::size_t>(rest - text.data()));
  if (behind.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return fail(ErrorCode::internal, "more than one statement");
  TRY(check_columns(raw));
  TRY(check_value_count(static_cast<std::size_t>(sqlite3_bind_parameter_count(raw)), value_count));
  std::vector<int> places;
  for (std::size_t i = 1; i <= value_count; ++i) {
    places.push_back(sqlite3_bind_parameter_index(raw, (':' + std::to_string(i)).c_str()));
    if (places.back() == 0) return fail(ErrorCode::internal, "no parameter :" + std::to_string(i));
  }
  return std::make_unique<SqliteStatement>(connection, std::move(statement), std::move(places));
}

}  // namespace tintype::sql
