#include "bucket/disk/list_multiparts.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "bucket/disk/key_order.h"
#include "bucket/disk/key_walk.h"
#include "bucket/disk/multipart_row.h"

namespace tintype::bucket {

namespace {

/// The uploads of each key, in the order of their ids.
class MultipartRows final : public WalkedRows {
 public:
  MultipartRows(sql::Session& session, const BucketName& bucket, const std::string& prefix)
      : session_(session), bucket_(bucket), end_(after_all_of(prefix)) {}

  /// `within_key` is an upload's id.
  Result<sql::Rows> fetch(const WalkPlace& place, std::size_t count) override {
    sql::Values values = {bucket_.str()};
    const std::string where = rows_from(place, end_, "multipart.id >", values);
    return session_.query(
        fmt::format("SELECT {} WHERE bucket = :1 AND {} ORDER BY key, multipart.id LIMIT {}",
                    kMultipartInfo, where, count),
        values);
  }

  Result<WalkPlace> take(const sql::Row& row) override {
    TRY_LET(MultipartInfo upload, read_multipart_info(row));
    uploads.push_back(std::move(upload));
    const MultipartName& name = uploads.back().name;
    return WalkPlace{.key = name.key.str(), .within_key = name.upload_id};
  }

  std::vector<MultipartInfo> uploads;

 private:
  sql::Session& session_;
  const BucketName& bucket_;
  const std::optional<std::string> end_;  // No key of the prefix is at or behind this.
};

}  // namespace

Result<MultipartPage> list_multiparts(sql::Session& session, const BucketName& bucket,
                                      const Multiparts::ListQuery& query) {
  for (const std::string* text :
       {&query.prefix, &query.delimiter, &query.after_key, &query.after_upload_id})
    TRY(check_key_text(*text));
  MultipartRows rows(session, bucket, query.prefix);
  TRY_LET(WalkEnd end,
          walk_keys(
              rows,
              {.prefix = query.prefix, .delimiter = query.delimiter, .count_max = query.count_max},
              {.key = query.after_key, .within_key = query.after_upload_id}));
  MultipartPage page{.uploads = std::move(rows.uploads),
                     .common_prefixes = std::move(end.common_prefixes),
                     .truncated = end.truncated};
  if (!end.truncated) return page;
  page.next_after_key = std::move(end.last);
  if (!end.last_is_prefix) page.next_after_upload_id = page.uploads.back().name.upload_id;
  return page;
}

}  // namespace tintype::bucket
