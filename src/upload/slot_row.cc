#include "upload/slot_row.h"

#include <array>
#include <utility>

namespace tintype::upload {

namespace {

/// What parse_row reads, in its order.
constexpr std::string_view kColumns =
    "id, collection, owner, bucket, key, content_type, size, size_max, state, reason, assets, "
    "created_at, expires_at, method, multipart_id, part_size";

std::optional<State> parse_state(std::string_view text) {
  for (const State state : {State::waiting, State::received, State::processing, State::ready,
                            State::failed, State::superseded})
    if (to_string(state) == text) return state;
  return std::nullopt;
}

Result<Slot> parse_row(const sql::Row& row) {
  auto owner = bucket::Owner::parse(row.text(2));
  auto bucket = bucket::BucketName::parse(row.text(3));
  auto key = bucket::Key::parse(row.text(4));
  const auto state = parse_state(row.text(8));
  const auto method = parse_method(row.text(13));
  if (!owner || !bucket || !key || !state || !method)
    return fail(ErrorCode::corrupt, "slot '" + row.text(0) + "': is not as it was written");
  return Slot{.id = row.text(0),
              .collection = row.text(1),
              .owner = *std::move(owner),
              .bucket = *std::move(bucket),
              .key = *std::move(key),
              .content_type = row.text(5),
              .size = row.is_null(6) ? std::nullopt : std::optional(row.integer(6)),
              .size_max = row.integer(7),
              .state = *state,
              .reason = row.text(9),
              .assets = row.text(10),
              .created_at = from_epoch_ms(row.integer(11)),
              .expires_at = from_epoch_ms(row.integer(12)),
              .method = *method,
              .multipart_id = row.text(14),
              .part_size = row.integer(15)};
}

}  // namespace

Status insert_slot(sql::Session& session, const Slot& slot) {
  const bool in_parts = slot.method == Method::multipart;
  TRY(session.execute(
      "INSERT INTO slot (id, collection, owner, bucket, key, content_type, size, size_max, state, "
      "created_at, expires_at, updated_at, method, multipart_id, part_size) "
      "VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14, :15)",
      {slot.id, slot.collection, slot.owner.str(), slot.bucket.str(), slot.key.str(),
       slot.content_type, slot.size ? sql::Value(*slot.size) : sql::Value(nullptr), slot.size_max,
       std::string(to_string(slot.state)), to_epoch_ms(slot.created_at),
       to_epoch_ms(slot.expires_at), to_epoch_ms(slot.created_at),
       std::string(to_string(slot.method)),
       in_parts ? sql::Value(slot.multipart_id) : sql::Value(nullptr),
       in_parts ? sql::Value(slot.part_size) : sql::Value(nullptr)}));
  return {};
}

Result<Slot> read_slot(sql::Session& session, std::string_view id) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT " + std::string(kColumns) + " FROM slot WHERE id = :1",
                        {std::string(id)}));
  if (rows.empty()) return fail(ErrorCode::not_found, "slot: unknown");
  return parse_row(rows.front());
}

Result<std::optional<Slot>> read_slot_of(sql::Session& session, const bucket::BucketName& bucket,
                                         const bucket::Key& key) {
  // The key holds the id; whether it is the slot's own key is for the row to say.
  const auto place = bucket::parse_upload_key(key);
  if (!place) return std::nullopt;
  TRY_LET(const sql::Rows rows,
          session.query("SELECT " + std::string(kColumns) + " FROM slot WHERE id = :1",
                        {place->upload_id}));
  if (rows.empty()) return std::nullopt;
  TRY_LET(Slot slot, parse_row(rows.front()));
  if (slot.bucket != bucket || slot.key != key) return std::nullopt;
  return slot;
}

Result<std::vector<Slot>> read_ended_multiparts(sql::Session& session, Instant now,
                                                std::size_t count_max) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT " + std::string(kColumns) +
                            " FROM slot WHERE multipart_id IS NOT NULL AND"
                            " (state = 'failed' OR (state = 'waiting' AND expires_at <= :1))"
                            " ORDER BY expires_at LIMIT :2",
                        {to_epoch_ms(now), static_cast<std::int64_t>(count_max)}));
  std::vector<Slot> slots;
  for (const sql::Row& row : rows) {
    TRY_LET(Slot slot, parse_row(row));
    slots.push_back(std::move(slot));
  }
  return slots;
}

Result<UsageBound> read_usage_bound(sql::Session& session, std::string_view collection,
                                    const bucket::Owner& owner, Instant now,
                                    std::int64_t count_max) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT COUNT(*), CAST(COALESCE(SUM(size_max), 0) AS BIGINT) FROM"
                        " (SELECT size_max FROM slot WHERE owner = :1 AND collection = :2"
                        " AND created_at > :3 LIMIT :4) AS recent",
                        {owner.str(), std::string(collection),
                         to_epoch_ms(now - std::chrono::hours(24)), count_max}));
  return UsageBound{.count = rows.front().integer(0), .bytes = rows.front().integer(1)};
}

Result<Usage> read_usage(sql::Session& session, std::string_view collection,
                         const bucket::Owner& owner, Instant now) {
  // Slots that ended without an object cost no bytes.
  TRY_LET(const sql::Rows rows,
          session.query(
              "SELECT CAST(SUM(waits) AS BIGINT), MIN(waits_until),"
              " CAST(SUM(in_hour) AS BIGINT), MIN(first_in_hour), CAST(SUM(bytes) AS BIGINT),"
              " MIN(created_at) FROM (SELECT created_at,"
              " CASE WHEN state = 'waiting' AND expires_at > :1 THEN 1 ELSE 0 END AS waits,"
              " CASE WHEN state = 'waiting' AND expires_at > :1 THEN expires_at END AS waits_until,"
              " CASE WHEN created_at > :2 THEN 1 ELSE 0 END AS in_hour,"
              " CASE WHEN created_at > :2 THEN created_at END AS first_in_hour,"
              " CASE WHEN (state = 'waiting' AND expires_at <= :1) OR reason = 'cancelled' THEN 0"
              " ELSE COALESCE(size, size_max) END AS bytes"
              " FROM slot WHERE collection = :3 AND owner = :4 AND created_at > :5) AS recent",
              {to_epoch_ms(now), to_epoch_ms(now - std::chrono::hours(1)), std::string(collection),
               owner.str(), to_epoch_ms(now - std::chrono::hours(24))}));
  const sql::Row& row = rows.front();
  return Usage{.waiting = row.integer(0),
               .waits_until = from_epoch_ms(row.integer(1)),
               .in_hour = row.integer(2),
               .hour_begins = from_epoch_ms(row.integer(3)),
               .bytes_in_day = row.integer(4),
               .day_begins = from_epoch_ms(row.integer(5))};
}

}  // namespace tintype::upload
