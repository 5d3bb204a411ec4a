#include "bucket/disk/list_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "bucket/disk/key_order.h"
#include "bucket/disk/version_row.h"

namespace tintype::bucket {

namespace {

/// Rows fetched at once while common prefixes keep being found: each costs one seek of this many.
constexpr std::size_t kSeekRows = 8;

/// Walks keys in order, and the versions of each from the newest on, and fills a page.
class Lister {
 public:
  Lister(sql::Session& session, const BucketName& bucket, const VersionQuery& query)
      : session_(session), bucket_(bucket), query_(query), end_(after_all_of(query.prefix)) {}

  Result<VersionPage> run() {
    if (query_.count_max == 0) return VersionPage();
    TRY(start());
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
  /// Where to go on: at the versions of `key` older than the sequencer `before`, if there is one.
  struct From {
    std::string key;
    bool is_inclusive = false;  ///< All versions of `key`, too.
    std::string before = {};
  };

  Status start() {
    from_ = {.key = query_.after_key};
    // A page that ended with a common prefix goes on behind all that it stands for.
    if (const auto prefix = prefix_of(query_.after_key)) {
      skip(*prefix);
    } else if (query_.prefix > query_.after_key) {
      from_ = {.key = query_.prefix, .is_inclusive = true};
    } else if (!query_.after_version_id.empty()) {
      TRY_LET(from_.before, find_marker());
      // Gone since, and without a place in its name: better told twice than left out.
      from_.is_inclusive = from_.before.empty();
      latest_of_ = from_.before.empty() ? "" : from_.key;
    }
    return {};
  }

  /// The sequencer of the version that the page before ended with; empty if nobody knows it.
  Result<std::string> find_marker() {
    if (auto sequencer = sequencer_of(query_.after_version_id)) return *std::move(sequencer);
    const auto key = Key::parse(query_.after_key);
    if (!key) return std::string();
    TRY_LET(const auto found, find_version(session_, bucket_, *key, query_.after_version_id));
    return found ? found->version.info.sequencer : std::string();
  }

  std::optional<std::string> prefix_of(std::string_view key) const {
    return common_prefix_of(key, query_.prefix, query_.delimiter);
  }

  /// Goes on behind every key that begins with `prefix`.
  void skip(const std::string& prefix) {
    auto next = after_all_of(prefix);
    done_ = !next.has_value();
    from_ = {.key = std::move(next).value_or(""), .is_inclusive = true};
  }

  Result<sql::Rows> fetch(std::size_t count) {
    sql::Values values = {bucket_.str(), from_.key};
    std::string where = from_.is_inclusive || !from_.before.empty() ? "key >= :2" : "key > :2";
    if (!from_.before.empty()) {
      values.emplace_back(from_.before);
      where += " AND (key > :2 OR sequencer < :3)";
    }
    if (end_) {
      values.emplace_back(*end_);
      where += fmt::format(" AND key < :{}", values.size());
    }
    return session_.query(
        fmt::format("SELECT {0}, content_id FROM object WHERE bucket = :1 AND {1} UNION ALL"
                    " SELECT {0}, content_id FROM object_version WHERE bucket = :1 AND {1}"
                    " ORDER BY key, sequencer DESC LIMIT {2}",
                    kObjectColumns, where, count),
        values);
  }

  /// True if the rows ended inside a common prefix, whose other keys are skipped.
  Result<bool> take(const sql::Rows& rows) {
    std::optional<std::string> inside;
    for (const sql::Row& row : rows) {
      const std::string key = row.text(1);
      if (inside && key.starts_with(*inside)) continue;
      inside = prefix_of(key);
      TRY_LET(StoredVersion found, read_version_row(row));
      if (is_full(inside ? *inside : key, inside ? "" : found.version.info.version_id))
        return false;
      from_ = {.key = key, .before = found.version.info.sequencer};
      if (inside) {
        page_.common_prefixes.push_back(*inside);
        continue;
      }
      found.version.is_latest = key != latest_of_;
      latest_of_ = key;
      page_.versions.push_back(std::move(found.version));
    }
    if (inside) skip(*inside);
    return inside.has_value();
  }

  /// Counts an entry, or ends the page before it.
  bool is_full(const std::string& key, const std::string& version_id) {
    if (page_.versions.size() + page_.common_prefixes.size() < query_.count_max) {
      last_key_ = key;
      last_version_id_ = version_id;
      return false;
    }
    page_.truncated = true;
    page_.next_after_key = last_key_;
    page_.next_after_version_id = last_version_id_;
    done_ = true;
    return true;
  }

  sql::Session& session_;
  const BucketName& bucket_;
  const VersionQuery& query_;
  const std::optional<std::string> end_;  // No key of the prefix is at or behind this.
  From from_;
  bool done_ = false;
  std::string latest_of_;  // The latest version of this key, no empty one, has been told.
  std::string last_key_;
  std::string last_version_id_;
  VersionPage page_;
};

}  // namespace

Result<VersionPage> list_versions(sql::Session& session, const BucketName& bucket,
                                  const VersionQuery& query) {
  for (const std::string* text :
       {&query.prefix, &query.delimiter, &query.after_key, &query.after_version_id})
    TRY(check_key_text(*text));
  return Lister(session, bucket, query).run();
}

}  // namespace tintype::bucket
