// Reading a TOML file strictly: whoever owns a section reads its keys, each with a type and a
// range, and what nobody read is an error. Every error names file, line, setting, value and remedy:
//
//   tintype.toml:12: collection.avatars.size_max = "15 bananas": not a size; write "15MiB"
//
// `${NAME}` inside a text is replaced by the environment variable; a missing one is an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tintype::config {

class Document;

/// One table of a Document, whose keys are marked as they are read. A cheap handle: copy it freely.
/// Valid while its Document is. Thread-compatible.
class Table {
 public:
  /// The dotted name, such as "collection.avatars"; empty for the root.
  const std::string& name() const { return name_; }
  bool has(std::string_view key) const;

  // Each returns `missing` where the key is absent; without `missing`, an absent key is an error.
  Result<std::string> text(std::string_view key, std::optional<std::string> missing = {}) const;
  Result<bool> boolean(std::string_view key, std::optional<bool> missing = {}) const;
  struct Range {
    std::int64_t min;
    std::int64_t max;  // Inclusive.
  };
  Result<std::int64_t> integer(std::string_view key, Range range,
                               std::optional<std::int64_t> missing = {}) const;
  /// "512", "15MiB", "2GB": bytes.
  Result<std::int64_t> size_bytes(std::string_view key, Range range,
                                  std::optional<std::int64_t> missing = {}) const;
  /// "100MP", "500000": pixels.
  Result<std::int64_t> pixels(std::string_view key, Range range,
                              std::optional<std::int64_t> missing = {}) const;
  /// "250ms", "30s", "5m", "2h", "7d".
  Result<std::chrono::milliseconds> duration(
      std::string_view key, std::optional<std::chrono::milliseconds> missing = {}) const;
  Result<std::vector<std::string>> texts(
      std::string_view key, std::optional<std::vector<std::string>> missing = {}) const;
  /// One of `allowed`.
  Result<std::string> choice(std::string_view key, const std::vector<std::string>& allowed,
                             std::optional<std::string> missing = {}) const;

  /// The table under `key`; an empty one if it is absent.
  Result<Table> table(std::string_view key) const;
  /// The tables of `[[key]]`, in order; none if it is absent.
  Result<std::vector<Table>> tables(std::string_view key) const;
  /// Every `[key.NAME]`, in the order of their names.
  Result<std::vector<std::pair<std::string, Table>>> named_tables(std::string_view key) const;

  /// Where `key` is and what it says, for errors that show later: "tintype.toml:12: route[0].match
  /// = "GET /"", or of an absent one "tintype.toml:12: route[0].match".
  std::string place(std::string_view key) const;
  /// An error about `key` as read here: its place is put before `what`.
  std::unexpected<Error> error(std::string_view key, std::string_view what) const;

 private:
  friend class Document;
  Table(void* state, const void* node, std::string name)
      : state_(state), node_(node), name_(std::move(name)) {}
  const void* find(std::string_view key) const;  // A toml::node, marked as read.

  void* state_;       // The Document::State; stays where it is when the Document moves.
  const void* node_;  // A toml::table; null is empty. Third-party types stay out of headers.
  std::string name_;
};

/// A parsed file. Owns what its Tables point to.
class Document {
 public:
  static constexpr std::size_t kSizeMax = 1 << 20;

  /// `invalid_argument` with line and column if `text` is not TOML.
  static Result<Document> parse(std::string_view text, std::string source_name);
  static Result<Document> load(const std::filesystem::path& path);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Table root();
  /// `invalid_argument` naming the first key that nobody read.
  Status finish() const;

 private:
  friend class Table;
  struct State;
  explicit Document(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The texts that `size_bytes`, `pixels` and `duration` read, for command-line options too.
std::optional<std::int64_t> parse_size_bytes(std::string_view text);
std::optional<std::int64_t> parse_pixels(std::string_view text);
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace tintype::config
