// Statements of PostgreSQL, through SOCI.
//
// What SOCI 4.0.3 does that this guards against:
// - A repeated `:1` is counted twice: we bind by name, and count names.
// - A column declared INTEGER is read with 32 bits, numeric as double: we refuse all but BIGINT,
//   TEXT and expressions.
// - Its message quotes the values of parameters: to_error takes only the engine's own.
#include <algorithm>
#include <set>
#include <vector>

#include "sql/statement.h"

namespace tintype::sql {
namespace {

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

class PostgresqlStatement final : public Statement {
 public:
  PostgresqlStatement(Place& place, std::size_t value_count)
      : bound_(value_count), statement_(place.session) {}

  Status compile(std::string_view text, const Values& values) {
    statement_.exchange(soci::into(row_));
    for (std::size_t i = 0; i < values.size(); ++i) {
      Bound& bound = bound_[i];
      const std::string name = std::to_string(i + 1);
      if (std::holds_alternative<std::int64_t>(values[i]))
        statement_.exchange(soci::use(bound.number, bound.indicator, name));
      else
        statement_.exchange(soci::use(bound.text, bound.indicator, name));
    }
    statement_.alloc();
    statement_.prepare(std::string(text));
    const auto& names =
        static_cast<soci::postgresql_statement_backend*>(statement_.get_backend())->names_;
    TRY(check_value_count(std::set<std::string>(names.begin(), names.end()).size(), bound_.size()));
    statement_.define_and_bind();
    return {};
  }

  Result<std::int64_t> run(const Values& values, Rows& rows) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      Bound& bound = bound_[i];
      const auto* const number = std::get_if<std::int64_t>(&values[i]);
      const auto* const text = std::get_if<std::string>(&values[i]);
      bound.indicator = number == nullptr && text == nullptr ? soci::i_null : soci::i_ok;
      if (number != nullptr) bound.number = *number;
      if (text != nullptr) bound.text = *text;
    }
    statement_.undefine_and_bind();  // Frees what a run that threw left.
    bool more = statement_.execute(true);
    TRY(check_columns());
    for (; more; more = statement_.fetch()) {
      Values row;
      row.reserve(row_.size());
      for (std::size_t i = 0; i < row_.size(); ++i) row.push_back(value_at(row_, i));
      rows.emplace_back(std::move(row));
    }
    return std::max<std::int64_t>(0, statement_.get_affected_rows());  // -1: CREATE.
  }

 private:
  /// SOCI binds addresses, so this stays where it is.
  struct Bound {
    soci::indicator indicator = soci::i_ok;
    long long number = 0;  // SOCI's 64-bit type; std::int64_t is another (long).
    std::string text;
  };

  Status check_columns() {
    for (std::size_t i = 0; i < row_.size(); ++i) {
      const soci::column_properties& column = row_.get_properties(i);
      if (is_common_type(column.get_data_type())) continue;
      return fail(ErrorCode::internal,
                  "column '" + column.get_name() + "' is neither BIGINT nor TEXT: CAST it");
    }
    return {};
  }

  std::vector<Bound> bound_;
  soci::row row_;
  soci::statement statement_;  // Last: it refers to the two above.
};

}  // namespace

Result<std::unique_ptr<Statement>> prepare_postgresql(Place& place, std::string_view text,
                                                      const Values& values) {
  auto made = std::make_unique<PostgresqlStatement>(place, values.size());
  TRY(made->compile(text, values));
  return made;
}

}  // namespace tintype::sql
