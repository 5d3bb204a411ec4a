// An object as its row (db/migrations/0001_base).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "bucket/store.h"
#include "sql/database.h"

namespace tintype::bucket {

/// What a SELECT lists to make an ObjectInfo of, in the order in which read_object_row() takes
/// them.
inline constexpr std::string_view kObjectColumns =
    "bucket, key, size, etag, sha256, content_type, cache_control, metadata, sequencer, "
    "modified_at, headers, tags, checksum, version_id";
inline constexpr std::size_t kObjectColumnCount = 14;

/// From the first kObjectColumnCount columns; `corrupt` if we did not write them.
Result<ObjectInfo> read_object_row(const sql::Row& row);

/// Inserts the row, or replaces the one of the same key.
Status write_object_row(sql::Session& session, const ObjectInfo& object,
                        const std::string& content_id);

/// The column checksum, of objects and of parts; `corrupt` if we did not write it.
sql::Value checksum_value(const std::optional<ContentChecksum>& checksum);
Result<std::optional<ContentChecksum>> read_checksum_value(const sql::Row& row, std::size_t column);

/// A row's key to the content: which file, of which write.
struct StoredContent {
  std::string content_id;
  std::uint64_t size = 0;
  std::string etag;
  std::string sequencer;
  std::string version_id;
};
/// Nothing if the key has no object.
Result<std::optional<StoredContent>> find_content(sql::Session& session, const BucketName& bucket,
                                                  const Key& key);

/// The whole object and its content's id; nothing if the key has none.
struct StoredObject {
  ObjectInfo info;
  std::string content_id;
};
Result<std::optional<StoredObject>> find_object(sql::Session& session, const BucketName& bucket,
                                                const Key& key);

/// The columns metadata, headers and tags: a JSON object each. `corrupt` if we did not write it.
std::string write_texts(const std::map<std::string, std::string>& texts);
Result<std::map<std::string, std::string>> parse_texts(const std::string& text);

/// `not_found` naming the bucket if there is none.
Status require_bucket(sql::Session& session, const BucketName& bucket);

}  // namespace tintype::bucket
