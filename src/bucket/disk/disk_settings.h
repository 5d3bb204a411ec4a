#pragma once

#include "base/clock.h"
#include "bucket/settings.h"
#include "sql/database.h"

namespace tintype::bucket {

/// The settings of a disk store's buckets, as rows (db/migrations/0011_bucket_settings).
/// Thread-safe. What it is given must outlive it.
class DiskSettings final : public Settings {
 public:
  DiskSettings(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::optional<std::string>> get(const BucketName& bucket, Setting setting) override;
  Status put(const BucketName& bucket, Setting setting, const std::string& document) override;
  Status remove(const BucketName& bucket, Setting setting) override;

 private:
  sql::Database& database_;
  const Clock& clock_;
};

}  // namespace tintype::bucket
