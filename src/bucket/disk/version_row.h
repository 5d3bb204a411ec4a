// Versions as their rows (db/migrations/0010_versions). The latest of a key is in `object`, unless
// it is a delete marker; all others, and all markers, are in `object_version`. So no version in
// there is newer than its key's row of `object`, and without such a row the newest is a marker.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bucket/disk/object_row.h"
#include "bucket/versions.h"
#include "sql/database.h"

namespace tintype::bucket {

/// `not_found` naming the bucket if there is none.
Result<Versioning> find_versioning(sql::Session& session, const BucketName& bucket);
/// The same for a bucket that is there.
Status write_versioning(sql::Session& session, const BucketName& bucket, Versioning versioning);

/// 32 hexadecimal digits, of which the first 16 are the sequencer's: so it tells its place among
/// the versions of its key even after it is gone.
std::string make_version_id(std::string_view sequencer);
/// Nothing for what make_version_id() did not make.
std::optional<std::string> sequencer_of(std::string_view version_id);

/// A version and the file its content is in; of a delete marker, empty.
struct StoredVersion {
  VersionInfo version;
  std::string content_id;
};
/// From kObjectColumns and content_id, which is NULL for a marker.
Result<StoredVersion> read_version_row(const sql::Row& row);

/// Whether it is the latest or an older one; nothing if there is none of this id.
Result<std::optional<StoredVersion>> find_version(sql::Session& session, const BucketName& bucket,
                                                  const Key& key, std::string_view version_id);
/// The newest in `object_version`; nothing if the key has none.
Result<std::optional<StoredVersion>> find_newest(sql::Session& session, const BucketName& bucket,
                                                 const Key& key);

/// The latest version, be it a delete marker; nothing if the key has none.
Result<std::optional<VersionInfo>> find_latest(sql::Session& session, const BucketName& bucket,
                                               const Key& key);

/// Copies the row of `object` to `object_version`; the caller replaces or deletes it.
Status shelve_object(sql::Session& session, const BucketName& bucket, const Key& key);
/// The reverse, of the newest version if that has a content, where there is no row of `object`.
Status promote_newest(sql::Session& session, const BucketName& bucket, const Key& key);

Status write_marker(sql::Session& session, const ObjectInfo& marker);
Status delete_version(sql::Session& session, const BucketName& bucket, const Key& key,
                      std::string_view sequencer);

}  // namespace tintype::bucket
