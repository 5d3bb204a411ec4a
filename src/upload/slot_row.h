#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/database.h"
#include "upload/slots.h"

namespace tintype::upload {

/// The row of a slot: docs/formats/database.md.
Status insert_slot(sql::Session& session, const Slot& slot);
/// `not_found` for an unknown id, `corrupt` for a row that we did not write.
Result<Slot> read_slot(sql::Session& session, std::string_view id);
/// The slot of a key (bucket::upload_key), if it has one.
Result<std::optional<Slot>> read_slot_of(sql::Session& session, const bucket::BucketName& bucket,
                                         const bucket::Key& key);

/// Those of multipart whose parts nobody will complete.
Result<std::vector<Slot>> read_ended_multiparts(sql::Session& session, Instant now,
                                                std::size_t count_max);

/// The most that an owner can have used of its limits in a collection, whatever became of the slots
/// of the last day; if there are `count_max` of them, no more are counted. For most owners that is
/// enough to know, and a third of the work of Usage.
struct UsageBound {
  std::int64_t count = 0;
  std::int64_t bytes = 0;
};
Result<UsageBound> read_usage_bound(sql::Session& session, std::string_view collection,
                                    const bucket::Owner& owner, Instant now,
                                    std::int64_t count_max);

/// What an owner has used of its limits in a collection. An instant is that of the first slot which
/// counts, and the epoch if none does.
struct Usage {
  std::int64_t waiting = 0;
  Instant waits_until;
  std::int64_t in_hour = 0;
  Instant hour_begins;
  std::int64_t bytes_in_day = 0;
  Instant day_begins;
};
Result<Usage> read_usage(sql::Session& session, std::string_view collection,
                         const bucket::Owner& owner, Instant now);

}  // namespace tintype::upload
