#include "bucket/disk/object_row.h"

#include <boost/json.hpp>
#include <string>

namespace tintype::bucket {

namespace json = boost::json;

std::string write_texts(const std::map<std::string, std::string>& texts) {
  if (texts.empty()) return "{}";
  json::object object;
  for (const auto& [name, value] : texts) object.emplace(name, value);
  return json::serialize(object);
}

Result<std::map<std::string, std::string>> parse_texts(const std::string& text) {
  std::map<std::string, std::string> texts;
  if (text == "{}") return texts;
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return fail(ErrorCode::corrupt, "not a JSON object");
  for (const auto& [name, entry] : value.get_object()) {
    if (!entry.is_string()) return fail(ErrorCode::corrupt, "has another value than text");
    texts.emplace(name, entry.get_string());
  }
  return texts;
}

namespace {

/// What we stored cannot be wrong by the fault of whoever asks for it.
Error corrupt(Error error) {
  error.code = ErrorCode::corrupt;
  return std::move(error).within("row of an object");
}

}  // namespace

Result<ObjectInfo> read_object_row(const sql::Row& row) {
  auto bucket = BucketName::parse(row.text(0));
  if (!bucket) return std::unexpected(corrupt(std::move(bucket).error()));
  auto key = Key::parse(row.text(1));
  if (!key) return std::unexpected(corrupt(std::move(key).error()));
  auto metadata = parse_texts(row.text(7));
  if (!metadata) return std::unexpected(corrupt(std::move(metadata).error()));
  auto headers = parse_texts(row.text(10));
  if (!headers) return std::unexpected(corrupt(std::move(headers).error()));
  auto tags = parse_texts(row.text(11));
  if (!tags) return std::unexpected(corrupt(std::move(tags).error()));
  TRY_LET(auto checksum, read_checksum_value(row, 12));
  return ObjectInfo{.bucket = *std::move(bucket),
                    .key = *std::move(key),
                    .size = static_cast<std::uint64_t>(row.integer(2)),
                    .etag = row.text(3),
                    .sha256 = row.text(4),
                    .content_type = row.text(5),
                    .cache_control = row.text(6),
                    .metadata = *std::move(metadata),
                    .sequencer = row.text(8),
                    .modified_at = from_epoch_ms(row.integer(9)),
                    .headers = *std::move(headers),
                    .tags = *std::move(tags),
                    .checksum = std::move(checksum),
                    .version_id = row.text(13)};
}

sql::Value checksum_value(const std::optional<ContentChecksum>& checksum) {
  return checksum ? sql::Value(write_checksum(*checksum)) : sql::Value(nullptr);
}

Result<std::optional<ContentChecksum>> read_checksum_value(const sql::Row& row,
                                                           std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return read_checksum(row.text(column));
}

Status write_object_row(sql::Session& session, const ObjectInfo& object,
                        const std::string& content_id) {
  TRY(session.execute(
      "INSERT INTO object (bucket, key, size, etag, sha256, content_type, cache_control, metadata,"
      " sequencer, modified_at, content_id, headers, tags, checksum, version_id)"
      " VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15)"
      " ON CONFLICT (bucket, key) DO UPDATE SET size = excluded.size, etag = excluded.etag,"
      " sha256 = excluded.sha256, content_type = excluded.content_type,"
      " cache_control = excluded.cache_control, metadata = excluded.metadata,"
      " sequencer = excluded.sequencer, modified_at = excluded.modified_at,"
      " content_id = excluded.content_id, headers = excluded.headers, tags = excluded.tags,"
      " checksum = excluded.checksum, version_id = excluded.version_id",
      {object.bucket.str(), object.key.str(), static_cast<std::int64_t>(object.size), object.etag,
       object.sha256, object.content_type, object.cache_control, write_texts(object.metadata),
       object.sequencer, to_epoch_ms(object.modified_at), content_id, write_texts(object.headers),
       write_texts(object.tags), checksum_value(object.checksum), object.version_id}));
  return {};
}

Result<std::optional<StoredContent>> find_content(sql::Session& session, const BucketName& bucket,
                                                  const Key& key) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT content_id, size, etag, sequencer, version_id FROM object"
                        " WHERE bucket = :1 AND key = :2",
                        {bucket.str(), key.str()}));
  if (rows.empty()) return std::nullopt;
  return StoredContent{.content_id = rows[0].text(0),
                       .size = static_cast<std::uint64_t>(rows[0].integer(1)),
                       .etag = rows[0].text(2),
                       .sequencer = rows[0].text(3),
                       .version_id = rows[0].text(4)};
}

Result<std::optional<StoredObject>> find_object(sql::Session& session, const BucketName& bucket,
                                                const Key& key) {
  TRY_LET(const sql::Rows rows, session.query("SELECT " + std::string(kObjectColumns) +
                                                  ", content_id FROM object"
                                                  " WHERE bucket = :1 AND key = :2",
                                              {bucket.str(), key.str()}));
  if (rows.empty()) return std::nullopt;
  TRY_LET(ObjectInfo info, read_object_row(rows[0]));
  return StoredObject{.info = std::move(info), .content_id = rows[0].text(kObjectColumnCount)};
}

Status require_bucket(sql::Session& session, const BucketName& bucket) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT 1 FROM bucket WHERE name = :1", {bucket.str()}));
  if (rows.empty()) return fail(ErrorCode::not_found, "bucket '" + bucket.str() + "': none such");
  return {};
}

}  // namespace tintype::bucket
