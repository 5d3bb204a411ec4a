#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/database.h"
#include "upload/slots.h"

namespace tintype::upload {

/// The row of a slot: docs/formats/database.md.
Status insert_slot(sql::Session& session, const Slot& slot);
/// `not_found` for an unknown id, `corrupt` for a row that we did not write.
Result<Slot> read_slot(sql::Session& session, std::string_view id);
/// The slot of a key, if it has one.
Result<std::optional<Slot>> read_slot_of(sql::Session& session, const bucket::BucketName& bucket,
                                         const bucket::Key& key);

}  // namespace tintype::upload
