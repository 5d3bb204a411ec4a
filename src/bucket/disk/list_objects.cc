#include "bucket/disk/list_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "bucket/disk/object_row.h"

namespace tintype::bucket {

namespace {

/// Rows fetched at once while common prefixes keep being found: each costs one seek of this many.
constexpr std::size_t kSeekRows = 8;

/// The first code point that `text` ends with, and what is before it.
struct LastCharacter {
  std::string_view before;
  std::uint32_t code_point;
};
LastCharacter split_last_character(std::string_view text) {
  std::size_t start = text.size() - 1;
  while ((static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) --start;
  const auto lead = static_cast<unsigned char>(text[start]);
  std::uint32_t point = lead < 0x80   ? lead
                        : lead < 0xe0 ? lead & 0x1f
                        : lead < 0xf0 ? lead & 0x0f
                                      : lead & 0x07;
  for (std::size_t i = start + 1; i < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  return {.before = text.substr(0, start), .code_point = point};
}

std::string to_utf8(std::uint32_t point) {
  const auto tail = [point](int shift) {
    return static_cast<char>(0x80 | ((point >> shift) & 0x3f));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xc0 | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xe0 | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | point >> 18), tail(12), tail(6), tail(0)};
}

/// The least text greater than all that begin with `prefix`; nothing if there is none. It must be
/// UTF-8 as PostgreSQL takes no other text, so the last character is counted up and not the last
/// byte; in UTF-8 the order of characters is the order of bytes.
std::optional<std::string> after_all_of(std::string_view prefix) {
  while (!prefix.empty()) {
    const auto [before, point] = split_last_character(prefix);
    if (point < 0x10ffff)
      return std::string(before) + to_utf8(point == 0xd7ff ? 0xe000 : point + 1);
    prefix = before;
  }
  return std::nullopt;
}

/// Walks the keys in order and fills a page.
class Lister {
 public:
  Lister(sql::Session& session, const BucketName& bucket, const ListQuery& query)
      : session_(session), bucket_(bucket), query_(query), end_(after_all_of(query.prefix)) {}

  Result<ListPage> run() {
    if (query_.count_max == 0) return ListPage();
    start();
    std::size_t batch = query_.delimiter.empty() ? query_.count_max + 1 : kSeekRows;
    while (!done_) {
      TRY_LET(const sql::Rows rows, fetch(batch));
      const bool last_batch = rows.size() < batch;
      TRY_LET(const bool skipped, take(rows));
      if (last_batch) break;
      batch = skipped ? kSeekRows : std::min(batch * 2, query_.count_max + 1);
    }
    return std::move(page_);
  }

 private:
  void start() {
    from_ = query_.after;
    inclusive_ = false;
    // A page that ended with a common prefix goes on behind all that it stands for.
    if (const auto prefix = common_prefix_of(query_.after)) {
      skip(*prefix);
    } else if (query_.prefix > query_.after) {
      from_ = query_.prefix;
      inclusive_ = true;
    }
  }

  std::optional<std::string> common_prefix_of(std::string_view key) const {
    if (query_.delimiter.empty() || !key.starts_with(query_.prefix)) return std::nullopt;
    const auto at = key.find(query_.delimiter, query_.prefix.size());
    if (at == std::string_view::npos) return std::nullopt;
    return std::string(key.substr(0, at + query_.delimiter.size()));
  }

  /// Goes on behind every key that begins with `prefix`.
  void skip(const std::string& prefix) {
    const auto next = after_all_of(prefix);
    done_ = !next.has_value();
    from_ = next.value_or("");
    inclusive_ = true;
  }

  Result<sql::Rows> fetch(std::size_t count) {
    sql::Values values = {bucket_.str(), from_};
    if (end_) values.emplace_back(*end_);
    return session_.query(
        fmt::format("SELECT {} FROM object WHERE bucket = :1 AND key {} :2{} ORDER BY key LIMIT {}",
                    kObjectColumns, inclusive_ ? ">=" : ">", end_ ? " AND key < :3" : "", count),
        values);
  }

  /// True if the rows ended inside a common prefix, whose other keys are skipped.
  Result<bool> take(const sql::Rows& rows) {
    std::optional<std::string> inside;
    for (const sql::Row& row : rows) {
      const std::string key = row.text(1);
      if (inside && key.starts_with(*inside)) continue;
      inside = common_prefix_of(key);
      if (is_full(inside.value_or(key))) return false;
      if (inside) {
        page_.common_prefixes.push_back(*inside);
      } else {
        TRY_LET(ObjectInfo object, read_object_row(row));
        page_.objects.push_back(std::move(object));
      }
      from_ = key;
      inclusive_ = false;
    }
    if (inside) skip(*inside);
    return inside.has_value();
  }

  /// Counts `entry`, or ends the page before it.
  bool is_full(const std::string& entry) {
    if (page_.objects.size() + page_.common_prefixes.size() < query_.count_max) {
      last_ = entry;
      return false;
    }
    page_.truncated = true;
    page_.next_after = last_;
    done_ = true;
    return true;
  }

  sql::Session& session_;
  const BucketName& bucket_;
  const ListQuery& query_;
  const std::optional<std::string> end_;  // No key of the prefix is at or behind this.
  std::string from_;
  bool inclusive_ = false;
  bool done_ = false;
  std::string last_;
  ListPage page_;
};

}  // namespace

Result<ListPage> list_objects(sql::Session& session, const BucketName& bucket,
                              const ListQuery& query) {
  for (const std::string* text : {&query.prefix, &query.delimiter, &query.after})
    if (!is_utf8(*text) || text->find('\0') != std::string::npos)
      return fail(ErrorCode::invalid_argument, "list: not UTF-8 without NUL");
  return Lister(session, bucket, query).run();
}

}  // namespace tintype::bucket
