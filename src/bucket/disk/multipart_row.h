// Uploads in parts as their rows (db/migrations/0006_uploads).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bucket/multiparts.h"
#include "sql/database.h"

namespace tintype::bucket {

/// What the object will be like, as the client said when the upload began.
struct MultipartRow {
  std::string content_type;
  std::string cache_control;
  std::map<std::string, std::string> metadata;
  std::map<std::string, std::string> headers = {};
  std::map<std::string, std::string> tags = {};
  std::optional<MultipartChecksum> checksum = {};
  std::string initiator = {};  ///< The id of an owner; empty: a stranger.
};
Status insert_multipart(sql::Session& session, const MultipartName& name, const MultipartRow& row,
                        Instant now);
/// What a query selects, and from where, for read_multipart_info(); `multipart` is the table.
inline constexpr std::string_view kMultipartInfo =
    "bucket, key, multipart.id, multipart.created_at, initiator, display_name, checksum"
    " FROM multipart LEFT JOIN bucket_owner ON bucket_owner.id = initiator";
Result<MultipartInfo> read_multipart_info(const sql::Row& row);

/// `not_found` if there is none of this id for this key.
Result<MultipartInfo> find_multipart_info(sql::Session& session, const MultipartName& name);
/// The same.
Result<MultipartRow> find_multipart(sql::Session& session, const MultipartName& name);

/// A part, and the file that its bytes are in.
struct StoredPart {
  PartInfo info;
  std::string content_id;
};
/// Those with a greater number than `after`, in order.
Result<std::vector<StoredPart>> find_parts(sql::Session& session, const std::string& upload_id,
                                           std::int64_t after, std::size_t count_max);
/// Inserts the part, or replaces the one of its number. The content that nobody names any more, or
/// empty.
Result<std::string> write_part(sql::Session& session, const MultipartName& name,
                               const StoredPart& part);
/// Removes the upload and its parts; the contents that nobody names any more.
Result<std::vector<std::string>> delete_multipart(sql::Session& session, const BucketName& bucket,
                                                  const std::string& upload_id);
/// The same for all uploads of a bucket.
Result<std::vector<std::string>> delete_multiparts_of(sql::Session& session,
                                                      const BucketName& bucket);
/// The oldest that were created before `instant`.
Result<std::vector<MultipartInfo>> older_multiparts(sql::Session& session, Instant instant,
                                                    std::size_t count_max);

}  // namespace tintype::bucket
