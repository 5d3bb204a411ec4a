#include "base/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <set>

#include "base/file.h"
#include "base/text.h"

namespace tintype::config {

struct Document::State {
  std::string source_name;
  toml::table root;
  std::set<const toml::node*> read;
};

namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t factor;
};

/// "15MiB" with the units given; nothing if it is malformed, negative or over 64 bits.
template <std::size_t N>
std::optional<std::int64_t> parse_with_unit(std::string_view text,
                                            const std::array<Unit, N>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_integer<std::int64_t>(text.substr(0, digits));
  const std::string_view suffix = trim(text.substr(digits));
  const auto unit = std::ranges::find(units, suffix, &Unit::suffix);
  if (!number || unit == units.end()) return std::nullopt;
  if (*number > std::numeric_limits<std::int64_t>::max() / unit->factor) return std::nullopt;
  return *number * unit->factor;
}

std::string value_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("\"{}\"", text->get());
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (node.is_array()) return "[...]";
  if (node.is_table()) return "{...}";
  return "?";
}

std::string dotted(const std::string& table, std::string_view key) {
  return table.empty() ? std::string(key) : fmt::format("{}.{}", table, key);
}

/// Replaces each ${NAME}; the error is a phrase for Table::error.
Result<std::string> with_environment(const std::string& text) {
  std::string result;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find("${", at);
    result += text.substr(at, begin - at);
    if (begin == std::string::npos) return result;
    const std::size_t end = text.find('}', begin);
    if (end == std::string::npos)
      return fail(ErrorCode::invalid_argument, "'${' without '}'; close it");
    const std::string name = text.substr(begin + 2, end - begin - 2);
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): at start.
    if (value == nullptr)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("environment variable {} is not set; set it", name));
    result += value;
    at = end + 1;
  }
}

}  // namespace

std::optional<std::int64_t> parse_size_bytes(std::string_view text) {
  constexpr std::array<Unit, 10> kUnits = {{{"", 1},
                                            {"B", 1},
                                            {"kB", 1'000},
                                            {"MB", 1'000'000},
                                            {"GB", 1'000'000'000},
                                            {"TB", 1'000'000'000'000},
                                            {"KiB", 1LL << 10},
                                            {"MiB", 1LL << 20},
                                            {"GiB", 1LL << 30},
                                            {"TiB", 1LL << 40}}};
  return parse_with_unit(text, kUnits);
}

std::optional<std::int64_t> parse_pixels(std::string_view text) {
  constexpr std::array<Unit, 3> kUnits = {{{"", 1}, {"kP", 1'000}, {"MP", 1'000'000}}};
  return parse_with_unit(text, kUnits);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::array<Unit, 5> kUnits = {
      {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  const auto value = parse_with_unit(text, kUnits);
  if (!value) return std::nullopt;
  return std::chrono::milliseconds(*value);
}

const void* Table::find(std::string_view key) const {
  if (node_ == nullptr) return nullptr;
  const toml::node* node = static_cast<const toml::table*>(node_)->get(key);
  if (node != nullptr) static_cast<Document::State*>(state_)->read.insert(node);
  return node;
}

bool Table::has(std::string_view key) const {
  return node_ != nullptr && static_cast<const toml::table*>(node_)->contains(key);
}

std::string Table::place(std::string_view key) const {
  const auto* table = static_cast<const toml::table*>(node_);
  const toml::node* node = table == nullptr ? nullptr : table->get(key);
  const std::string& file = static_cast<Document::State*>(state_)->source_name;
  if (node != nullptr)
    return fmt::format("{}:{}: {} = {}", file, node->source().begin.line, dotted(name_, key),
                       value_text(*node));
  const std::string line =
      table == nullptr ? file : fmt::format("{}:{}", file, table->source().begin.line);
  return fmt::format("{}: {}", line, dotted(name_, key));
}

std::unexpected<Error> Table::error(std::string_view key, std::string_view what) const {
  return fail(ErrorCode::invalid_argument, fmt::format("{}: {}", place(key), what));
}

Result<std::string> Table::text(std::string_view key, std::optional<std::string> missing) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  if (node == nullptr) {
    if (missing) return *std::move(missing);
    return error(key, "is missing; add it");
  }
  const auto* value = node->as_string();
  if (value == nullptr) return error(key, "not a text; write it in quotes");
  auto replaced = with_environment(value->get());
  if (!replaced) return error(key, replaced.error().message);
  return replaced;
}

Result<bool> Table::boolean(std::string_view key, std::optional<bool> missing) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  if (node == nullptr) {
    if (missing) return *missing;
    return error(key, "is missing; add it");
  }
  const auto* value = node->as_boolean();
  if (value == nullptr) return error(key, "neither true nor false");
  return value->get();
}

Result<std::int64_t> Table::integer(std::string_view key, Range range,
                                    std::optional<std::int64_t> missing) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  if (node == nullptr) {
    if (missing) return *missing;
    return error(key, "is missing; add it");
  }
  const auto* value = node->as_integer();
  if (value == nullptr) return error(key, "not a whole number");
  if (value->get() < range.min || value->get() > range.max)
    return error(key, fmt::format("out of range; write {} to {}", range.min, range.max));
  return value->get();
}

namespace {

/// A number with a unit: an integer node, or a text that `parse` understands.
std::optional<std::int64_t> number_with_unit(
    const toml::node& node, std::optional<std::int64_t> (*parse)(std::string_view)) {
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* text = node.as_string()) return parse(text->get());
  return std::nullopt;
}

}  // namespace

Result<std::int64_t> Table::size_bytes(std::string_view key, Range range,
                                       std::optional<std::int64_t> missing) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  if (node == nullptr) {
    if (missing) return *missing;
    return error(key, "is missing; add it");
  }
  const auto value = number_with_unit(*node, parse_size_bytes);
  if (!value) return error(key, "not a size; write for example \"15MiB\"");
  if (*value < range.min || *value > range.max)
    return error(key, fmt::format("out of range; write {} to {} bytes", range.min, range.max));
  return *value;
}

Result<std::int64_t> Table::pixels(std::string_view key, Range range,
                                   std::optional<std::int64_t> missing) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  if (node == nullptr) {
    if (missing) return *missing;
    return error(key, "is missing; add it");
  }
  const auto value = number_with_unit(*node, parse_pixels);
  if (!value) return error(key, "not a number of pixels; write for example \"100MP\"");
  if (*value < range.min || *value > range.max)
    return error(key, fmt::format("out of range; write {} to {} pixels", range.min, range.max));
  return *value;
}

Result<std::chrono::milliseconds> Table::duration(
    std::string_view key, std::optional<std::chrono::milliseconds> missing) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  if (node == nullptr) {
    if (missing) return *missing;
    return error(key, "is missing; add it");
  }
  const auto* text = node->as_string();
  const auto value = text == nullptr ? std::nullopt : parse_duration(text->get());
  if (!value || value->count() == 0)
    return error(key, "not a duration; write for example \"30s\" or \"5m\"");
  return *value;
}

Result<std::vector<std::string>> Table::texts(
    std::string_view key, std::optional<std::vector<std::string>> missing) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  if (node == nullptr) {
    if (missing) return *std::move(missing);
    return error(key, "is missing; add it");
  }
  const auto* array = node->as_array();
  if (array == nullptr) return error(key, "not a list; write [\"...\", \"...\"]");
  std::vector<std::string> values;
  for (const toml::node& element : *array) {
    const auto* value = element.as_string();
    if (value == nullptr) return error(key, "not a list of texts; write [\"...\", \"...\"]");
    auto replaced = with_environment(value->get());
    if (!replaced) return error(key, replaced.error().message);
    values.push_back(*std::move(replaced));
  }
  return values;
}

Result<std::string> Table::choice(std::string_view key, const std::vector<std::string>& allowed,
                                  std::optional<std::string> missing) const {
  TRY_LET(std::string value, text(key, std::move(missing)));
  if (std::ranges::find(allowed, value) == allowed.end())
    return error(key, fmt::format("unknown; write one of: {}", fmt::join(allowed, ", ")));
  return value;
}

Result<Table> Table::table(std::string_view key) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  if (node != nullptr && !node->is_table())
    return error(key, fmt::format("not a table; write [{}]", dotted(name_, key)));
  return Table(state_, node == nullptr ? nullptr : node->as_table(), dotted(name_, key));
}

Result<std::vector<Table>> Table::tables(std::string_view key) const {
  const auto* node = static_cast<const toml::node*>(find(key));
  std::vector<Table> result;
  if (node == nullptr) return result;
  const auto* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables())
    return error(key, fmt::format("not a list of tables; write [[{}]]", dotted(name_, key)));
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::table* element = array->get(i)->as_table();
    static_cast<Document::State*>(state_)->read.insert(element);
    result.push_back(Table(state_, element, fmt::format("{}[{}]", dotted(name_, key), i)));
  }
  return result;
}

Result<std::vector<std::pair<std::string, Table>>> Table::named_tables(std::string_view key) const {
  TRY_LET(const Table parent, table(key));
  std::vector<std::pair<std::string, Table>> result;
  if (parent.node_ == nullptr) return result;
  for (const auto& [name, node] : *static_cast<const toml::table*>(parent.node_)) {
    TRY_LET(Table child, parent.table(name.str()));
    result.emplace_back(name.str(), std::move(child));
  }
  return result;
}

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text, std::string source_name) {
  auto state = std::make_unique<State>();
  try {
    state->root = toml::parse(text, source_name);
  } catch (const toml::parse_error& error) {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{}:{}: {}", source_name, error.source().begin.line, error.description()));
  }
  state->source_name = std::move(source_name);
  return Document(std::move(state));
}

Result<Document> Document::load(const std::filesystem::path& path) {
  TRY_LET(const std::string text, read_file(path, kSizeMax));
  return parse(text, path.string());
}

Table Document::root() { return Table(state_.get(), &state_->root, ""); }

namespace {

/// The dotted name and line of the first node below `table` that is not in `read`.
std::optional<std::pair<std::string, toml::source_index>> first_unread(
    const toml::table& table, const std::string& name, const std::set<const toml::node*>& read) {
  for (const auto& [key, node] : table) {
    const std::string full = dotted(name, key.str());
    if (!read.contains(&node)) return std::pair(full, key.source().begin.line);
    if (const auto* inner = node.as_table())
      if (auto found = first_unread(*inner, full, read)) return found;
    if (const auto* array = node.as_array())
      for (const toml::node& element : *array)
        if (const auto* inner = element.as_table())
          if (auto found = first_unread(*inner, full, read)) return found;
  }
  return std::nullopt;
}

}  // namespace

Status Document::finish() const {
  const auto unread = first_unread(state_->root, "", state_->read);
  if (!unread) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("{}:{}: {}: unknown setting; remove it or correct its name",
                          state_->source_name, unread->second, unread->first));
}

}  // namespace tintype::config
