#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace tintype::upload {

/// The slots of somebody who leaves, in all collections. Each adds to the caller's transaction.

/// The reason of a slot whose owner was deleted while it waited.
inline constexpr std::string_view kOwnerDeleted = "owner_deleted";

/// Whether they were deleted, and a token of theirs may still be valid: the mark of
/// people/deletions.h, which is read here because it must be seen in the transaction of a new slot.
Result<bool> is_deleted(sql::Session& session, std::string_view owner);
/// No slot of theirs can be used any more: those that wait become failed, kOwnerDeleted. Their
/// presigned URLs are refused as used ones are, also by a PUT whose body is on its way.
Status revoke_slots(sql::Session& session, std::string_view owner, Instant now);
/// Whether an upload of theirs was received and has not ended.
Result<bool> slots_in_flight(sql::Session& session, std::string_view owner);
/// When the last of their presigned URLs expires; nothing if they have no slots.
Result<std::optional<Instant>> last_slot_expiry(sql::Session& session, std::string_view owner);
/// Deletes them all. Only once they have expired: a URL without its slot would be taken for a new
/// object's.
Status forget_slots(sql::Session& session, std::string_view owner);

}  // namespace tintype::upload
