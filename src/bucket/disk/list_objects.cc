#include "bucket/disk/list_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "bucket/disk/key_order.h"
#include "bucket/disk/object_row.h"

namespace tintype::bucket {

namespace {

/// Rows fetched at once while common prefixes keep being found: each costs one seek of this many.
constexpr std::size_t kSeekRows = 8;

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
    if (const auto prefix = prefix_of(query_.after)) {
      skip(*prefix);
    } else if (query_.prefix > query_.after) {
      from_ = query_.prefix;
      inclusive_ = true;
    }
  }

  std::optional<std::string> prefix_of(std::string_view key) const {
    return common_prefix_of(key, query_.prefix, query_.delimiter);
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
      inside = prefix_of(key);
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
    TRY(check_key_text(*text));
  return Lister(session, bucket, query).run();
}

}  // namespace tintype::bucket
