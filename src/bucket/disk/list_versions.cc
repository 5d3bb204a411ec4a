#include "bucket/disk/list_versions.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "bucket/disk/key_order.h"
#include "bucket/disk/key_walk.h"
#include "bucket/disk/version_row.h"

namespace tintype::bucket {

namespace {

/// The versions of each key, from the newest on.
class VersionRows final : public WalkedRows {
 public:
  /// `told` is the key whose latest version was told before; empty: none.
  VersionRows(sql::Session& session, const BucketName& bucket, const std::string& prefix,
              std::string told)
      : session_(session),
        bucket_(bucket),
        end_(after_all_of(prefix)),
        latest_of_(std::move(told)) {}

  /// `within_key` is a sequencer.
  Result<sql::Rows> fetch(const WalkPlace& place, std::size_t count) override {
    sql::Values values = {bucket_.str()};
    const std::string where = rows_from(place, end_, "sequencer <", values);
    return session_.query(
        fmt::format("SELECT {0}, content_id FROM object WHERE bucket = :1 AND {1} UNION ALL"
                    " SELECT {0}, content_id FROM object_version WHERE bucket = :1 AND {1}"
                    " ORDER BY key, sequencer DESC LIMIT {2}",
                    kObjectColumns, where, count),
        values);
  }

  Result<WalkPlace> take(const sql::Row& row) override {
    TRY_LET(StoredVersion found, read_version_row(row));
    const std::string& key = found.version.info.key.str();
    found.version.is_latest = key != latest_of_;
    latest_of_ = key;
    WalkPlace place{.key = key, .within_key = found.version.info.sequencer};
    versions.push_back(std::move(found.version));
    return place;
  }

  std::vector<VersionInfo> versions;

 private:
  sql::Session& session_;
  const BucketName& bucket_;
  const std::optional<std::string> end_;  // No key of the prefix is at or behind this.
  std::string latest_of_;                 // The latest version of this key has been told.
};

/// The sequencer of the version that the page before ended with; empty if nobody knows it.
Result<std::string> find_marker(sql::Session& session, const BucketName& bucket,
                                const VersionQuery& query) {
  if (auto sequencer = sequencer_of(query.after_version_id)) return *std::move(sequencer);
  const auto key = Key::parse(query.after_key);
  if (!key) return std::string();
  TRY_LET(const auto found, find_version(session, bucket, *key, query.after_version_id));
  return found ? found->version.info.sequencer : std::string();
}

Result<WalkPlace> find_start(sql::Session& session, const BucketName& bucket,
                             const VersionQuery& query) {
  WalkPlace start{.key = query.after_key};
  if (query.after_version_id.empty()) return start;
  TRY_LET(start.within_key, find_marker(session, bucket, query));
  // Gone since, and without a place in its name: better told twice than left out.
  start.is_inclusive = start.within_key.empty();
  return start;
}

}  // namespace

Result<VersionPage> list_versions(sql::Session& session, const BucketName& bucket,
                                  const VersionQuery& query) {
  for (const std::string* text :
       {&query.prefix, &query.delimiter, &query.after_key, &query.after_version_id})
    TRY(check_key_text(*text));
  TRY_LET(WalkPlace start, find_start(session, bucket, query));
  VersionRows rows(session, bucket, query.prefix,
                   start.within_key.empty() ? std::string() : start.key);
  TRY_LET(WalkEnd end,
          walk_keys(
              rows,
              {.prefix = query.prefix, .delimiter = query.delimiter, .count_max = query.count_max},
              std::move(start)));
  VersionPage page{.versions = std::move(rows.versions),
                   .common_prefixes = std::move(end.common_prefixes),
                   .truncated = end.truncated};
  if (!end.truncated) return page;
  page.next_after_key = std::move(end.last);
  if (!end.last_is_prefix) page.next_after_version_id = page.versions.back().info.version_id;
  return page;
}

}  // namespace tintype::bucket
