#pragma once

#include "bucket/disk/publisher.h"
#include "bucket/disk/version_row.h"
#include "bucket/versions.h"
#include "sql/database.h"

namespace tintype::bucket {

/// The versions of a disk store. Thread-safe. What it is given must outlive it.
class DiskVersions final : public Versions {
 public:
  DiskVersions(Publisher& publisher, sql::Database& database)
      : publisher_(publisher), database_(database) {}

  Result<Versioning> versioning(const BucketName& bucket) override;
  Status set_versioning(const BucketName& bucket, Versioning versioning) override;
  Result<VersionInfo> head(const BucketName& bucket, const Key& key,
                           std::string_view version_id) override;
  Result<Object> open(const BucketName& bucket, const Key& key,
                      std::string_view version_id) override;
  Result<VersionInfo> latest(const BucketName& bucket, const Key& key) override;
  Result<Removal> remove(const BucketName& bucket, const Key& key, std::string_view version_id,
                         const RemoveCondition& condition, const Writer& writer) override;
  Status set_tags(const BucketName& bucket, const Key& key, std::string_view version_id,
                  const std::map<std::string, std::string>& tags) override;
  Result<VersionPage> list(const BucketName& bucket, const VersionQuery& query) override;

 private:
  Result<StoredVersion> find(const BucketName& bucket, const Key& key, std::string_view version_id);

  Publisher& publisher_;
  sql::Database& database_;
};

}  // namespace tintype::bucket
