#include "bucket/disk/version_row.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "bucket/disk/sequencer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kVersionRandomBytes = 8;
constexpr std::size_t kVersionIdSize = Sequencer::kDigits + 2 * kVersionRandomBytes;

constexpr std::string_view to_string(Versioning versioning) {
  switch (versioning) {
    case Versioning::off: return "off";
    case Versioning::enabled: return "enabled";
    case Versioning::suspended: return "suspended";
  }
  __builtin_unreachable();
}

}  // namespace

Result<Versioning> find_versioning(sql::Session& session, const BucketName& bucket) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT versioning FROM bucket WHERE name = :1", {bucket.str()}));
  if (rows.empty()) return fail(ErrorCode::not_found, "bucket '" + bucket.str() + "': none such");
  for (const auto versioning : {Versioning::off, Versioning::enabled, Versioning::suspended})
    if (rows[0].text(0) == to_string(versioning)) return versioning;
  return fail(ErrorCode::corrupt, "row of a bucket: versioning");
}

Status write_versioning(sql::Session& session, const BucketName& bucket, Versioning versioning) {
  TRY(session.execute("UPDATE bucket SET versioning = :1 WHERE name = :2",
                      {std::string(to_string(versioning)), bucket.str()}));
  return {};
}

std::string make_version_id(std::string_view sequencer) {
  return std::string(sequencer) + to_hex(as_bytes(random_bytes(kVersionRandomBytes)));
}

std::optional<std::string> sequencer_of(std::string_view version_id) {
  if (version_id.size() != kVersionIdSize || !from_hex(version_id)) return std::nullopt;
  return std::string(version_id.substr(0, Sequencer::kDigits));
}

Result<StoredVersion> read_version_row(const sql::Row& row) {
  TRY_LET(ObjectInfo info, read_object_row(row));
  const bool is_marker = row.is_null(kObjectColumnCount);
  return StoredVersion{.version = {.info = std::move(info), .is_marker = is_marker},
                       .content_id = is_marker ? std::string() : row.text(kObjectColumnCount)};
}

namespace {

Result<std::optional<StoredVersion>> read_first(const sql::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return read_version_row(rows[0]);
}

}  // namespace

Result<std::optional<StoredVersion>> find_version(sql::Session& session, const BucketName& bucket,
                                                  const Key& key, std::string_view version_id) {
  for (const std::string_view table : {"object", "object_version"}) {
    TRY_LET(const sql::Rows rows,
            session.query(fmt::format("SELECT {}, content_id FROM {} WHERE bucket = :1 AND key = :2"
                                      " AND version_id = :3",
                                      kObjectColumns, table),
                          {bucket.str(), key.str(), std::string(version_id)}));
    if (!rows.empty()) return read_first(rows);
  }
  return std::nullopt;
}

Result<std::optional<StoredVersion>> find_newest(sql::Session& session, const BucketName& bucket,
                                                 const Key& key) {
  TRY_LET(const sql::Rows rows,
          session.query(fmt::format("SELECT {}, content_id FROM object_version WHERE bucket = :1"
                                    " AND key = :2 ORDER BY sequencer DESC LIMIT 1",
                                    kObjectColumns),
                        {bucket.str(), key.str()}));
  return read_first(rows);
}

Result<std::optional<VersionInfo>> find_latest(sql::Session& session, const BucketName& bucket,
                                               const Key& key) {
  TRY_LET(auto object, find_object(session, bucket, key));
  if (object) return VersionInfo{.info = std::move(object->info)};
  TRY_LET(auto newest, find_newest(session, bucket, key));
  if (!newest) return std::nullopt;
  return std::move(newest->version);
}

Status shelve_object(sql::Session& session, const BucketName& bucket, const Key& key) {
  TRY(session.execute(
      fmt::format("INSERT INTO object_version ({0}, content_id) SELECT {0}, content_id FROM object"
                  " WHERE bucket = :1 AND key = :2",
                  kObjectColumns),
      {bucket.str(), key.str()}));
  return {};
}

Status promote_newest(sql::Session& session, const BucketName& bucket, const Key& key) {
  TRY_LET(const auto newest, find_newest(session, bucket, key));
  if (!newest || newest->version.is_marker) return {};
  TRY(write_object_row(session, newest->version.info, newest->content_id));
  return delete_version(session, bucket, key, newest->version.info.sequencer);
}

Status write_marker(sql::Session& session, const ObjectInfo& marker) {
  TRY(
      session.execute("INSERT INTO object_version (bucket, key, size, etag, sha256, content_type,"
                      " cache_control, metadata, sequencer, modified_at, headers, tags, version_id)"
                      " VALUES (:1, :2, 0, '', '', '', '', '{}', :3, :4, '{}', '{}', :5)",
                      {marker.bucket.str(), marker.key.str(), marker.sequencer,
                       to_epoch_ms(marker.modified_at), marker.version_id}));
  return {};
}

Status delete_version(sql::Session& session, const BucketName& bucket, const Key& key,
                      std::string_view sequencer) {
  TRY(session.execute(
      "DELETE FROM object_version WHERE bucket = :1 AND key = :2 AND sequencer = :3",
      {bucket.str(), key.str(), std::string(sequencer)}));
  return {};
}

}  // namespace tintype::bucket
