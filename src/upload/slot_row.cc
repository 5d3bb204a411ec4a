#include "upload/slot_row.h"

#include <array>
#include <utility>

namespace tintype::upload {

namespace {

/// What parse_row reads, in its order.
constexpr std::string_view kColumns =
    "id, collection, owner, bucket, key, content_type, size, size_max, state, reason, assets, "
    "created_at, expires_at";

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
  if (!owner || !bucket || !key || !state)
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
              .expires_at = from_epoch_ms(row.integer(12))};
}

}  // namespace

Status insert_slot(sql::Session& session, const Slot& slot) {
  TRY(session.execute(
      "INSERT INTO slot (id, collection, owner, bucket, key, content_type, size, size_max, state, "
      "created_at, expires_at, updated_at) "
      "VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12)",
      {slot.id, slot.collection, slot.owner.str(), slot.bucket.str(), slot.key.str(),
       slot.content_type, slot.size ? sql::Value(*slot.size) : sql::Value(nullptr), slot.size_max,
       std::string(to_string(slot.state)), to_epoch_ms(slot.created_at),
       to_epoch_ms(slot.expires_at), to_epoch_ms(slot.created_at)}));
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
  TRY_LET(const sql::Rows rows, session.query("SELECT " + std::string(kColumns) +
                                                  " FROM slot WHERE bucket = :1 AND key = :2",
                                              {bucket.str(), key.str()}));
  if (rows.empty()) return std::nullopt;
  return parse_row(rows.front());
}

}  // namespace tintype::upload
