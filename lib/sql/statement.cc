#include "sql/statement.h"

#include <algorithm>

#include "base/text.h"

namespace tintype::sql {

using namespace sqlite_api;  // NOLINT(google-build-using-namespace): SOCI wraps sqlite3.h.

namespace {

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
  if (trim(text).empty()) return fail(ErrorCode::internal, "an empty statement");
  return place.engine == Engine::sqlite ? prepare_sqlite(place, text, values.size())
                                        : prepare_postgresql(place, text, values);
}

Status check_value_count(std::size_t wanted, std::size_t given) {
  if (wanted == given) return {};
  return fail(ErrorCode::internal,
              std::to_string(wanted) + " parameters, but " + std::to_string(given) + " values");
}

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
