#include "sql/database.h"

#include "base/assert.h"
#include "base/text.h"
#include "sql/connection.h"
#include "sql/reader_pool.h"
#include "sql/writer.h"

namespace tintype::sql {
namespace {

class OpenDatabase final : public Database {
 public:
  OpenDatabase(Engine engine, std::unique_ptr<Connection> writer, Writer::Limits limits,
               std::vector<std::unique_ptr<Connection>> readers)
      : engine_(engine), writer_(std::move(writer), limits), readers_(std::move(readers)) {}

  Engine engine() const override { return engine_; }
  Totals totals() const override { return writer_.totals(); }
  Status write(std::function<Status(Session&)> work) override { return writer_.write(work); }
  Status read(const std::function<Status(Session&)>& work) override { return readers_.read(work); }

 private:
  const Engine engine_;
  Writer writer_;
  ReaderPool readers_;
};

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& url, Options options) {
  ASSERT(options.readers > 0);
  ASSERT(options.group_max > 0);
  TRY_LET(const Address address, Address::parse(url));
  // The writer first: it makes the file that the others open.
  TRY_LET(auto writer, Connection::open(address, Purpose::write));
  std::vector<std::unique_ptr<Connection>> readers;
  for (std::size_t i = 0; i < options.readers; ++i) {
    TRY_LET(auto reader, Connection::open(address, Purpose::read));
    readers.push_back(std::move(reader));
  }
  const Writer::Limits limits{.waiting_max = options.writes_waiting_max,
                              .group_max = options.group_max};
  return std::make_unique<OpenDatabase>(address.engine, std::move(writer), limits,
                                        std::move(readers));
}

bool Row::is_null(std::size_t column) const {
  ASSERT(column < values_.size());
  return std::holds_alternative<std::nullptr_t>(values_[column]);
}

std::int64_t Row::integer(std::size_t column) const {
  ASSERT(column < values_.size());
  if (const auto* number = std::get_if<std::int64_t>(&values_[column])) return *number;
  if (const auto* text = std::get_if<std::string>(&values_[column]))
    return parse_integer<std::int64_t>(*text).value_or(0);
  return 0;
}

std::string Row::text(std::size_t column) const {
  ASSERT(column < values_.size());
  if (const auto* text = std::get_if<std::string>(&values_[column])) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&values_[column]))
    return std::to_string(*number);
  return "";
}

}  // namespace tintype::sql
