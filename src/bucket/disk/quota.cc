#include "bucket/disk/quota.h"

#include <string>
#include <utility>

#include "bucket/disk/object_row.h"

namespace tintype::bucket {

namespace {

std::unexpected<Error> exhausted(const BucketName& bucket) {
  return fail(ErrorCode::exhausted, "quota of '" + bucket.str() + "'");
}

sql::Value to_value(const std::optional<std::int64_t>& limit) {
  return limit ? sql::Value(*limit) : sql::Value(nullptr);
}

std::optional<std::int64_t> limit_in(const sql::Row& row, std::size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

constexpr std::string_view kColumns = "bucket, bytes_max, objects_max, bytes, objects";

Result<QuotaInfo> read_quota_row(const sql::Row& row) {
  auto bucket = BucketName::parse(row.text(0));
  if (!bucket) return fail(ErrorCode::corrupt, "row of a quota: " + bucket.error().message);
  return QuotaInfo{.bucket = *std::move(bucket),
                   .quota = {.bytes_max = limit_in(row, 1), .objects_max = limit_in(row, 2)},
                   .bytes = row.integer(3),
                   .objects = row.integer(4)};
}

/// What the bucket holds, counted one by one.
Result<UsageChange> count_usage(sql::Session& session, const BucketName& bucket) {
  constexpr std::string_view kContents =
      "SELECT COALESCE(SUM(size), 0), COUNT(*) FROM object WHERE bucket = :1"
      " UNION ALL SELECT COALESCE(SUM(size), 0), COUNT(*) FROM object_version"
      " WHERE bucket = :1 AND content_id IS NOT NULL"
      " UNION ALL SELECT COALESCE(SUM(part.size), 0), 0 FROM part"
      " JOIN multipart ON multipart.id = part.multipart_id WHERE multipart.bucket = :1";
  TRY_LET(const sql::Rows rows, session.query(std::string(kContents), {bucket.str()}));
  UsageChange held;
  for (const sql::Row& row : rows) {
    held.bytes += row.integer(0);
    held.objects += row.integer(1);
  }
  return held;
}

}  // namespace

Result<QuotaInfo> set_quota(sql::Database& database, const BucketName& bucket, const Quota& quota) {
  QuotaInfo info{.bucket = bucket, .quota = quota};
  auto set = database.write([&](sql::Session& session) -> Status {
    TRY(require_bucket(session, bucket));
    TRY_LET(const UsageChange held, count_usage(session, bucket));
    info.bytes = held.bytes;
    info.objects = held.objects;
    TRY(
        session.execute("INSERT INTO bucket_quota (bucket, bytes_max, objects_max, bytes, objects)"
                        " VALUES (:1, :2, :3, :4, :5) ON CONFLICT (bucket) DO UPDATE SET"
                        " bytes_max = excluded.bytes_max, objects_max = excluded.objects_max,"
                        " bytes = excluded.bytes, objects = excluded.objects",
                        {bucket.str(), to_value(quota.bytes_max), to_value(quota.objects_max),
                         info.bytes, info.objects}));
    return {};
  });
  TRY(within("set quota of '" + bucket.str() + "'", std::move(set)));
  return info;
}

Status remove_quota(sql::Database& database, const BucketName& bucket) {
  auto removed = database.write([&](sql::Session& session) -> Status {
    TRY_LET(const std::int64_t count,
            session.execute("DELETE FROM bucket_quota WHERE bucket = :1", {bucket.str()}));
    return count == 0 ? fail(ErrorCode::not_found, "it has none") : Status();
  });
  return within("remove quota of '" + bucket.str() + "'", std::move(removed));
}

Result<std::vector<QuotaInfo>> list_quotas(sql::Database& database) {
  return database.read([](sql::Session& session) -> Result<std::vector<QuotaInfo>> {
    TRY_LET(const sql::Rows rows, session.query("SELECT " + std::string(kColumns) +
                                                " FROM bucket_quota ORDER BY bucket"));
    std::vector<QuotaInfo> quotas;
    for (const sql::Row& row : rows) {
      TRY_LET(QuotaInfo info, read_quota_row(row));
      quotas.push_back(std::move(info));
    }
    return quotas;
  });
}

Status change_usage(sql::Session& session, const BucketName& bucket, const UsageChange& change) {
  TRY_LET(const std::int64_t count,
          session.execute("UPDATE bucket_quota SET bytes = bytes + :2, objects = objects + :3"
                          " WHERE bucket = :1",
                          {bucket.str(), change.bytes, change.objects}));
  const bool grows = change.bytes > 0 || change.objects > 0;
  if (count == 0 || !grows) return {};
  TRY_LET(const sql::Rows rows, session.query("SELECT 1 FROM bucket_quota WHERE bucket = :1"
                                              " AND (bytes > bytes_max OR objects > objects_max)",
                                              {bucket.str()}));
  return rows.empty() ? Status() : exhausted(bucket);
}

Status require_room(sql::Session& session, const BucketName& bucket, const UsageChange& wanted) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT bytes_max - bytes, objects_max - objects FROM bucket"
                        " LEFT JOIN bucket_quota ON bucket_quota.bucket = bucket.name"
                        " WHERE bucket.name = :1",
                        {bucket.str()}));
  if (rows.empty()) return require_bucket(session, bucket);
  const auto bytes_left = limit_in(rows[0], 0);
  const auto objects_left = limit_in(rows[0], 1);
  const bool has_room = (!bytes_left || wanted.bytes <= *bytes_left) &&
                        (!objects_left || wanted.objects <= *objects_left);
  return has_room ? Status() : exhausted(bucket);
}

}  // namespace tintype::bucket
