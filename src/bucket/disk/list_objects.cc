#include "bucket/disk/list_objects.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "bucket/disk/key_order.h"
#include "bucket/disk/key_walk.h"
#include "bucket/disk/object_row.h"

namespace tintype::bucket {

namespace {

class ObjectRows final : public WalkedRows {
 public:
  ObjectRows(sql::Session& session, const BucketName& bucket, const std::string& prefix)
      : session_(session), bucket_(bucket), end_(after_all_of(prefix)) {}

  Result<sql::Rows> fetch(const WalkPlace& place, std::size_t count) override {
    sql::Values values = {bucket_.str()};
    const std::string where = rows_from(place, end_, {}, values);
    return session_.query(
        fmt::format("SELECT {} FROM object WHERE bucket = :1 AND {} ORDER BY key LIMIT {}",
                    kObjectColumns, where, count),
        values);
  }

  Result<WalkPlace> take(const sql::Row& row) override {
    TRY_LET(ObjectInfo object, read_object_row(row));
    objects.push_back(std::move(object));
    return WalkPlace{.key = objects.back().key.str()};
  }

  std::vector<ObjectInfo> objects;

 private:
  sql::Session& session_;
  const BucketName& bucket_;
  const std::optional<std::string> end_;  // No key of the prefix is at or behind this.
};

}  // namespace

Result<ListPage> list_objects(sql::Session& session, const BucketName& bucket,
                              const ListQuery& query) {
  for (const std::string* text : {&query.prefix, &query.delimiter, &query.after})
    TRY(check_key_text(*text));
  ObjectRows rows(session, bucket, query.prefix);
  TRY_LET(WalkEnd end,
          walk_keys(
              rows,
              {.prefix = query.prefix, .delimiter = query.delimiter, .count_max = query.count_max},
              {.key = query.after}));
  return ListPage{.objects = std::move(rows.objects),
                  .common_prefixes = std::move(end.common_prefixes),
                  .truncated = end.truncated,
                  .next_after = end.truncated ? std::move(end.last) : std::string()};
}

}  // namespace tintype::bucket
