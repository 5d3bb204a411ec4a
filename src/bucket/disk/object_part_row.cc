#include "bucket/disk/object_part_row.h"

#include <utility>

#include "bucket/disk/object_row.h"

namespace tintype::bucket {

Status insert_object_parts(sql::Session& session, const std::string& content_id,
                           const std::vector<PartInfo>& parts) {
  std::int64_t number = 0;
  for (const PartInfo& part : parts)
    TRY(
        session.execute("INSERT INTO object_part (content_id, number, size, checksum)"
                        " VALUES (:1, :2, :3, :4)",
                        {content_id, ++number, static_cast<std::int64_t>(part.size),
                         checksum_value(part.checksum)}));
  return {};
}

Result<std::vector<PartInfo>> find_object_parts(sql::Session& session, const ObjectInfo& object) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT number, size, checksum FROM object_part WHERE content_id IN"
                        " (SELECT content_id FROM object WHERE bucket = :1 AND key = :2"
                        " AND sequencer = :3 UNION ALL SELECT content_id FROM object_version"
                        " WHERE bucket = :1 AND key = :2 AND sequencer = :3) ORDER BY number",
                        {object.bucket.str(), object.key.str(), object.sequencer}));
  std::vector<PartInfo> parts;
  for (const sql::Row& row : rows) {
    TRY_LET(auto checksum, read_checksum_value(row, 2));
    parts.push_back({.number = row.integer(0),
                     .size = static_cast<std::uint64_t>(row.integer(1)),
                     .etag = {},
                     .modified_at = {},
                     .checksum = std::move(checksum)});
  }
  return parts;
}

Status delete_object_parts(sql::Session& session, const std::string& content_id) {
  TRY(session.execute("DELETE FROM object_part WHERE content_id = :1", {content_id}));
  return {};
}

}  // namespace tintype::bucket
