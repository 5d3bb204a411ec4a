#include "sql/statement.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace tintype::sql {

using namespace sqlite_api;  // NOLINT(google-build-using-namespace): SOCI wraps sqlite3.h.

namespace {

sqlite3_stmt* sqlite_statement(soci::statement& statement) {
  return static_cast<soci::sqlite3_statement_backend*>(statement.get_backend())->stmt_;
}

std::size_t parameter_count(Engine engine, soci::statement& statement) {
  if (engine == Engine::sqlite)
    return static_cast<std::size_t>(sqlite3_bind_parameter_count(sqlite_statement(statement)));
  const auto& names =
      static_cast<soci::postgresql_statement_backend*>(statement.get_backend())->names_;
  return std::set<std::string>(names.begin(), names.end()).size();
}

/// True if SQLite compiled all of `text`; it stops after the first statement.
bool is_one_statement(sqlite3_stmt* statement, std::string_view text) {
  const std::string_view compiled = sqlite3_sql(statement);
  const std::string_view rest = text.substr(std::min(compiled.size(), text.size()));
  return rest.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

/// True if SQLite reads the column like PostgreSQL: declared so, or an expression (null).
bool is_common_type(const char* declared) {
  return declared == nullptr || equals_ignoring_case(declared, "BIGINT") ||
         equals_ignoring_case(declared, "TEXT");
}

bool is_common_type(soci::data_type type) {
  return type == soci::dt_string || type == soci::dt_long_long || type == soci::dt_integer;
}

Value value_at(const soci::row& row, std::size_t column) {
  if (row.get_indicator(column) == soci::i_null) return nullptr;
  const soci::data_type type = row.get_properties(column).get_data_type();
  if (type == soci::dt_long_long) return static_cast<std::int64_t>(row.get<long long>(column));
  if (type == soci::dt_integer) return static_cast<std::int64_t>(row.get<int>(column));
  return row.get<std::string>(column);
}

std::int64_t changes_so_far(soci::session& session) {
  return sqlite3_total_changes64(
      static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_);
}

/// https://www.sqlite.org/rescode.html; Connection asks for the extended ones.
ErrorCode code_of_sqlite(int result) {
  switch (result) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return ErrorCode::conflict;
    default: break;
  }
  switch (result & 0xff) {  // The primary code.
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_IOERR:  // A disk that fails, or is full where a shared-memory file must grow.
    case SQLITE_FULL: return ErrorCode::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::corrupt;
    default: return ErrorCode::internal;
  }
}

/// https://www.postgresql.org/docs/15/errcodes-appendix.html
ErrorCode code_of_postgresql(std::string_view state) {
  if (state == "23505") return ErrorCode::conflict;                     // unique_violation
  if (state == "XX001" || state == "XX002") return ErrorCode::corrupt;  // data, index
  if (state == "40001" || state == "40P01")
    return ErrorCode::unavailable;                      // serialization, deadlock
  if (state == "55P03") return ErrorCode::unavailable;  // lock_not_available
  const std::string_view kind = state.substr(0, 2);
  // Connection, insufficient resources (disk, memory, connections), operator intervention, system.
  const bool passing = kind == "08" || kind == "53" || kind == "57" || kind == "58";
  return passing ? ErrorCode::unavailable : ErrorCode::internal;
}

/// "sqlite3_statement_backend::loadOne: UNIQUE ..." without the place inside SOCI.
std::string without_origin(std::string message) {
  const std::size_t colon = message.find(": ");
  if (message.starts_with("sqlite3_") && colon != std::string::npos) message.erase(0, colon + 2);
  return message;
}

}  // namespace

Statement::Statement(Place& place, std::size_t value_count)
    : place_(place), bound_(value_count), statement_(place.session) {}

std::string Statement::cache_key(std::string_view text, const Values& values) {
  std::string key;
  key.reserve(values.size() + 1 + text.size());
  for (const Value& value : values) key += std::holds_alternative<std::int64_t>(value) ? 'n' : 't';
  key += ' ';
  key += text;
  return key;
}

Result<std::unique_ptr<Statement>> Statement::prepare(Place& place, std::string_view text,
                                                      const Values& values) {
  std::unique_ptr<Statement> made(new Statement(place, values.size()));
  soci::statement& statement = made->statement_;
  statement.exchange(soci::into(made->row_));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Bound& bound = made->bound_[i];
    const std::string name = std::to_string(i + 1);
    if (std::holds_alternative<std::int64_t>(values[i]))
      statement.exchange(soci::use(bound.number, bound.indicator, name));
    else
      statement.exchange(soci::use(bound.text, bound.indicator, name));
  }
  statement.alloc();
  statement.prepare(std::string(text));
  TRY(made->check_parameters(text));
  statement.define_and_bind();
  return made;
}

Status Statement::check_parameters(std::string_view text) {
  if (trim(text).empty()) return fail(ErrorCode::internal, "an empty statement");
  if (place_.engine == Engine::sqlite) {
    sqlite3_stmt* const raw = sqlite_statement(statement_);
    if (raw == nullptr) return fail(ErrorCode::internal, "a comment, but no statement");
    if (!is_one_statement(raw, text)) return fail(ErrorCode::internal, "more than one statement");
    for (int i = 0; i < sqlite3_column_count(raw); ++i) {
      if (is_common_type(sqlite3_column_decltype(raw, i))) continue;
      return fail(ErrorCode::internal, "column '" + std::string(sqlite3_column_name(raw, i)) +
                                           "' is declared neither BIGINT nor TEXT");
    }
  }
  const std::size_t wanted = parameter_count(place_.engine, statement_);
  if (wanted == bound_.size()) return {};
  return fail(ErrorCode::internal, std::to_string(wanted) + " parameters, but " +
                                       std::to_string(bound_.size()) + " values");
}

Status Statement::check_columns() {
  for (std::size_t i = 0; i < row_.size(); ++i) {
    const soci::column_properties& column = row_.get_properties(i);
    if (is_common_type(column.get_data_type())) continue;
    return fail(ErrorCode::internal,
                "column '" + column.get_name() + "' is neither BIGINT nor TEXT: CAST it");
  }
  return {};
}

Result<std::int64_t> Statement::run(const Values& values, Rows& rows) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    Bound& bound = bound_[i];
    const auto* const number = std::get_if<std::int64_t>(&values[i]);
    const auto* const text = std::get_if<std::string>(&values[i]);
    bound.indicator = number == nullptr && text == nullptr ? soci::i_null : soci::i_ok;
    if (number != nullptr) bound.number = *number;
    if (text != nullptr) bound.text = *text;
  }
  statement_.undefine_and_bind();  // Frees what a run that threw left.
  const bool sqlite = place_.engine == Engine::sqlite;
  const std::int64_t before = sqlite ? changes_so_far(place_.session) : 0;

  bool more = statement_.execute(true);
  TRY(check_columns());
  for (; more; more = statement_.fetch()) {
    Values row;
    row.reserve(row_.size());
    for (std::size_t i = 0; i < row_.size(); ++i) row.push_back(value_at(row_, i));
    rows.emplace_back(std::move(row));
  }
  // SQLite's count is that of the last statement that could change rows, be it another one.
  if (sqlite && changes_so_far(place_.session) == before) return 0;
  return std::max<std::int64_t>(0, statement_.get_affected_rows());  // -1: PostgreSQL, CREATE.
}

Error to_error(const std::exception& exception) {
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&exception))
    return {code_of_sqlite(sqlite->result()), without_origin(sqlite->get_error_message())};
  if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&exception)) {
    // The lines after the first (DETAIL) quote rows.
    std::string message = postgresql->get_error_message();
    message.erase(std::min(message.find('\n'), message.size()));
    return {code_of_postgresql(postgresql->sqlstate()), std::move(message)};
  }
  if (const auto* other = dynamic_cast<const soci::soci_error*>(&exception)) {
    std::string message = other->get_error_message();
    std::ranges::replace(message, '\n', ' ');
    return {ErrorCode::internal, std::move(message)};
  }
  return {ErrorCode::internal, exception.what()};
}

}  // namespace tintype::sql
