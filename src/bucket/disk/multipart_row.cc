#include "bucket/disk/multipart_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bucket/disk/object_row.h"
#include "bucket/disk/quota.h"

namespace tintype::bucket {

namespace {

sql::Value write_kind(const std::optional<MultipartChecksum>& checksum) {
  if (!checksum) return nullptr;
  return std::string(to_string(checksum->kind)) + ':' + std::string(to_string(checksum->type));
}

Result<std::optional<MultipartChecksum>> read_kind(const sql::Row& row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  const std::string text = row.text(column);
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto kind = parse_checksum_kind(std::string_view(text).substr(0, colon));
  if (!kind) return fail(ErrorCode::corrupt, "checksum of an upload in parts");
  const bool is_full = text.substr(colon) == ":FULL_OBJECT";
  return MultipartChecksum{.kind = *kind,
                           .type = is_full ? ChecksumType::full_object : ChecksumType::composite};
}

}  // namespace

Result<MultipartInfo> read_multipart_info(const sql::Row& row) {
  auto bucket = BucketName::parse(row.text(0));
  auto key = Key::parse(row.text(1));
  if (!bucket || !key) return fail(ErrorCode::corrupt, "row of an upload in parts");
  TRY_LET(auto checksum, read_kind(row, 6));
  return MultipartInfo{
      .name = {.bucket = *std::move(bucket), .key = *std::move(key), .upload_id = row.text(2)},
      .created_at = from_epoch_ms(row.integer(3)),
      .initiator = {.id = row.text(4), .display_name = row.text(row.is_null(5) ? 4 : 5)},
      .checksum = checksum};
}

Status insert_multipart(sql::Session& session, const MultipartName& name, const MultipartRow& row,
                        Instant now) {
  TRY(session.execute(
      "INSERT INTO multipart (id, bucket, key, content_type, cache_control,"
      " metadata, created_at, headers, tags, checksum, initiator)"
      " VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11)",
      {name.upload_id, name.bucket.str(), name.key.str(), row.content_type, row.cache_control,
       write_texts(row.metadata), to_epoch_ms(now), write_texts(row.headers), write_texts(row.tags),
       write_kind(row.checksum), row.initiator}));
  return {};
}

Result<MultipartInfo> find_multipart_info(sql::Session& session, const MultipartName& name) {
  TRY_LET(
      const sql::Rows rows,
      session.query(fmt::format("SELECT {} WHERE multipart.id = :1 AND bucket = :2 AND key = :3",
                                kMultipartInfo),
                    {name.upload_id, name.bucket.str(), name.key.str()}));
  if (rows.empty()) return fail(ErrorCode::not_found, "upload in parts: none such");
  return read_multipart_info(rows[0]);
}

Result<MultipartRow> find_multipart(sql::Session& session, const MultipartName& name) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT content_type, cache_control, metadata, headers, tags, checksum,"
                        " initiator"
                        " FROM multipart"
                        " WHERE id = :1 AND bucket = :2 AND key = :3",
                        {name.upload_id, name.bucket.str(), name.key.str()}));
  if (rows.empty()) return fail(ErrorCode::not_found, "upload in parts: none such");
  TRY_LET(auto metadata, parse_texts(rows[0].text(2)));
  TRY_LET(auto headers, parse_texts(rows[0].text(3)));
  TRY_LET(auto tags, parse_texts(rows[0].text(4)));
  TRY_LET(auto checksum, read_kind(rows[0], 5));
  return MultipartRow{.content_type = rows[0].text(0),
                      .cache_control = rows[0].text(1),
                      .metadata = std::move(metadata),
                      .headers = std::move(headers),
                      .tags = std::move(tags),
                      .checksum = checksum,
                      .initiator = rows[0].text(6)};
}

Result<std::vector<StoredPart>> find_parts(sql::Session& session, const std::string& upload_id,
                                           std::int64_t after, std::size_t count_max) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT number, size, etag, modified_at, content_id, checksum FROM part"
                        " WHERE multipart_id = :1 AND number > :2 ORDER BY number LIMIT :3",
                        {upload_id, after, static_cast<std::int64_t>(count_max)}));
  std::vector<StoredPart> parts;
  for (const sql::Row& row : rows) {
    TRY_LET(auto checksum, read_checksum_value(row, 5));
    parts.push_back({.info = {.number = row.integer(0),
                              .size = static_cast<std::uint64_t>(row.integer(1)),
                              .etag = row.text(2),
                              .modified_at = from_epoch_ms(row.integer(3)),
                              .checksum = std::move(checksum)},
                     .content_id = row.text(4)});
  }
  return parts;
}

Result<std::string> write_part(sql::Session& session, const MultipartName& name,
                               const StoredPart& part) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT content_id, size FROM part WHERE multipart_id = :1 AND number = :2",
                        {name.upload_id, part.info.number}));
  TRY(session.execute(
      "INSERT INTO part (multipart_id, number, size, etag, content_id, modified_at, checksum)"
      " VALUES (:1, :2, :3, :4, :5, :6, :7)"
      " ON CONFLICT (multipart_id, number) DO UPDATE SET size = excluded.size,"
      " etag = excluded.etag, content_id = excluded.content_id,"
      " modified_at = excluded.modified_at, checksum = excluded.checksum",
      {name.upload_id, part.info.number, static_cast<std::int64_t>(part.info.size), part.info.etag,
       part.content_id, to_epoch_ms(part.info.modified_at), checksum_value(part.info.checksum)}));
  const std::int64_t replaced_size = rows.empty() ? 0 : rows[0].integer(1);
  TRY(change_usage(session, name.bucket,
                   {.bytes = static_cast<std::int64_t>(part.info.size) - replaced_size}));
  return rows.empty() ? std::string() : rows[0].text(0);
}

Result<std::vector<std::string>> delete_multipart(sql::Session& session, const BucketName& bucket,
                                                  const std::string& upload_id) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT content_id, size FROM part WHERE multipart_id = :1", {upload_id}));
  TRY(session.execute("DELETE FROM part WHERE multipart_id = :1", {upload_id}));
  TRY(session.execute("DELETE FROM multipart WHERE id = :1", {upload_id}));
  std::vector<std::string> content_ids;
  UsageChange freed;
  for (const sql::Row& row : rows) {
    content_ids.push_back(row.text(0));
    freed.bytes -= row.integer(1);
  }
  TRY(change_usage(session, bucket, freed));
  return content_ids;
}

Result<std::vector<std::string>> delete_multiparts_of(sql::Session& session,
                                                      const BucketName& bucket) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT id FROM multipart WHERE bucket = :1", {bucket.str()}));
  std::vector<std::string> content_ids;
  for (const sql::Row& row : rows) {
    TRY_LET(const auto unnamed, delete_multipart(session, bucket, row.text(0)));
    content_ids.insert(content_ids.end(), unnamed.begin(), unnamed.end());
  }
  return content_ids;
}

Result<std::vector<MultipartInfo>> older_multiparts(sql::Session& session, Instant instant,
                                                    std::size_t count_max) {
  TRY_LET(const sql::Rows rows,
          session.query(fmt::format("SELECT {} WHERE multipart.created_at < :1"
                                    " ORDER BY multipart.created_at LIMIT :2",
                                    kMultipartInfo),
                        {to_epoch_ms(instant), static_cast<std::int64_t>(count_max)}));
  std::vector<MultipartInfo> infos;
  for (const sql::Row& row : rows) {
    TRY_LET(MultipartInfo info, read_multipart_info(row));
    infos.push_back(std::move(info));
  }
  return infos;
}

}  // namespace tintype::bucket
