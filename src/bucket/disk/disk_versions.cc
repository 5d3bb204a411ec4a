#include "bucket/disk/disk_versions.h"

#include <string>
#include <utility>

#include "bucket/disk/list_versions.h"
#include "bucket/disk/open_content.h"

namespace tintype::bucket {

namespace {

std::string context_of(std::string_view intent, const BucketName& bucket, const Key& key,
                       std::string_view version_id) {
  return std::string(intent) + " version '" + std::string(version_id) + "' of '" + bucket.str() +
         "/" + key.str() + "'";
}

std::string context_of(std::string_view intent, const BucketName& bucket) {
  return std::string(intent) + " versions of '" + bucket.str() + "'";
}

}  // namespace

Result<Versioning> DiskVersions::versioning(const BucketName& bucket) {
  return database_.read([&](sql::Session& session) { return find_versioning(session, bucket); });
}

Status DiskVersions::set_versioning(const BucketName& bucket, Versioning versioning) {
  auto set = database_.write([&](sql::Session& session) -> Status {
    TRY_LET(const Versioning before, find_versioning(session, bucket));
    if (versioning == Versioning::off && before != Versioning::off)
      return fail(ErrorCode::invalid_argument, "they can only be suspended");
    return write_versioning(session, bucket, versioning);
  });
  return within(context_of("switch", bucket), std::move(set));
}

Result<StoredVersion> DiskVersions::find(const BucketName& bucket, const Key& key,
                                         std::string_view version_id) {
  return database_.read([&](sql::Session& session) -> Result<StoredVersion> {
    TRY_LET(auto found, find_version(session, bucket, key, version_id));
    if (!found) return fail(ErrorCode::not_found, "none such");
    return *std::move(found);
  });
}

Result<VersionInfo> DiskVersions::head(const BucketName& bucket, const Key& key,
                                       std::string_view version_id) {
  TRY_LET(StoredVersion found,
          within(context_of("head", bucket, key, version_id), find(bucket, key, version_id)));
  return std::move(found.version);
}

Result<Object> DiskVersions::open(const BucketName& bucket, const Key& key,
                                  std::string_view version_id) {
  return within(context_of("open", bucket, key, version_id),
                open_content(publisher_.folder(), [&]() -> Result<StoredObject> {
                  TRY_LET(StoredVersion found, find(bucket, key, version_id));
                  if (found.version.is_marker)
                    return fail(ErrorCode::invalid_argument, "a delete marker");
                  return StoredObject{.info = std::move(found.version.info),
                                      .content_id = std::move(found.content_id)};
                }));
}

Result<VersionInfo> DiskVersions::latest(const BucketName& bucket, const Key& key) {
  return database_.read([&](sql::Session& session) -> Result<VersionInfo> {
    TRY_LET(auto latest, find_latest(session, bucket, key));
    if (!latest) return fail(ErrorCode::not_found, "latest version: none");
    return *std::move(latest);
  });
}

Result<Removal> DiskVersions::remove(const BucketName& bucket, const Key& key,
                                     std::string_view version_id, const RemoveCondition& condition,
                                     const Writer& writer) {
  return within(context_of("remove", bucket, key, version_id),
                publisher_.remove_version(bucket, key, version_id, condition, writer));
}

Status DiskVersions::set_tags(const BucketName& bucket, const Key& key, std::string_view version_id,
                              const std::map<std::string, std::string>& tags) {
  auto tagged = database_.write([&](sql::Session& session) -> Status {
    TRY_LET(const auto found, find_version(session, bucket, key, version_id));
    if (!found) return fail(ErrorCode::not_found, "none such");
    if (found->version.is_marker) return fail(ErrorCode::invalid_argument, "a delete marker");
    for (const std::string_view table : {"object", "object_version"})
      TRY(session.execute("UPDATE " + std::string(table) +
                              " SET tags = :1 WHERE bucket = :2 AND key = :3 AND version_id = :4",
                          {write_texts(tags), bucket.str(), key.str(), std::string(version_id)}));
    return {};
  });
  publisher_.changed(bucket, key);
  return within(context_of("tag", bucket, key, version_id), std::move(tagged));
}

Result<VersionPage> DiskVersions::list(const BucketName& bucket, const VersionQuery& query) {
  auto page = database_.read([&](sql::Session& session) -> Result<VersionPage> {
    TRY(require_bucket(session, bucket));
    return list_versions(session, bucket, query);
  });
  return within(context_of("list", bucket), std::move(page));
}

}  // namespace tintype::bucket
