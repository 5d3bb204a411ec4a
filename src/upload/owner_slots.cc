#include "upload/owner_slots.h"

#include <string>

namespace tintype::upload {

Result<bool> is_deleted(sql::Session& session, std::string_view owner) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT 1 FROM deletion WHERE sub = :1", {std::string(owner)}));
  return !rows.empty();
}

Status revoke_slots(sql::Session& session, std::string_view owner, Instant now) {
  TRY(
      session.execute("UPDATE slot SET state = 'failed', reason = :1, updated_at = :2 "
                      "WHERE owner = :3 AND state = 'waiting'",
                      {std::string(kOwnerDeleted), to_epoch_ms(now), std::string(owner)}));
  return {};
}

Result<bool> slots_in_flight(sql::Session& session, std::string_view owner) {
  TRY_LET(const sql::Rows rows, session.query("SELECT 1 FROM slot WHERE owner = :1 "
                                              "AND state IN ('received', 'processing') LIMIT 1",
                                              {std::string(owner)}));
  return !rows.empty();
}

Result<std::optional<Instant>> last_slot_expiry(sql::Session& session, std::string_view owner) {
  TRY_LET(const sql::Rows rows,
          session.query("SELECT CAST(MAX(expires_at) AS BIGINT) FROM slot WHERE owner = :1",
                        {std::string(owner)}));
  if (rows.empty() || rows.front().is_null(0)) return std::nullopt;
  return from_epoch_ms(rows.front().integer(0));
}

Status forget_slots(sql::Session& session, std::string_view owner) {
  TRY(session.execute("DELETE FROM slot WHERE owner = :1", {std::string(owner)}));
  return {};
}

}  // namespace tintype::upload
