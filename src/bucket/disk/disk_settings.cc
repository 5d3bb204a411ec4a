#include "bucket/disk/disk_settings.h"

#include <utility>

#include "bucket/disk/object_row.h"

namespace tintype::bucket {

namespace {

std::string context_of(std::string_view intent, const BucketName& bucket, Setting setting) {
  return std::string(intent) + " " + std::string(to_string(setting)) + " of '" + bucket.str() + "'";
}

}  // namespace

Result<std::optional<std::string>> DiskSettings::get(const BucketName& bucket, Setting setting) {
  auto found = database_.read([&](sql::Session& session) -> Result<std::optional<std::string>> {
    TRY(require_bucket(session, bucket));
    return find_setting(session, bucket, setting);
  });
  return within(context_of("get", bucket, setting), std::move(found));
}

Status DiskSettings::put(const BucketName& bucket, Setting setting, const std::string& document) {
  auto stored = database_.write([&](sql::Session& session) -> Status {
    TRY(require_bucket(session, bucket));
    TRY(session.execute(
        "INSERT INTO bucket_setting (bucket, setting, document, updated_at)"
        " VALUES (:1, :2, :3, :4) ON CONFLICT (bucket, setting) DO UPDATE SET"
        " document = excluded.document, updated_at = excluded.updated_at",
        {bucket.str(), std::string(to_string(setting)), document, to_epoch_ms(clock_.now())}));
    return {};
  });
  return within(context_of("put", bucket, setting), std::move(stored));
}

Status DiskSettings::remove(const BucketName& bucket, Setting setting) {
  auto removed = database_.write([&](sql::Session& session) -> Status {
    TRY(require_bucket(session, bucket));
    TRY(session.execute("DELETE FROM bucket_setting WHERE bucket = :1 AND setting = :2",
                        {bucket.str(), std::string(to_string(setting))}));
    return {};
  });
  return within(context_of("remove", bucket, setting), std::move(removed));
}

}  // namespace tintype::bucket
