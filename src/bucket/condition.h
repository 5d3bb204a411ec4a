// What a writer asks to hold of a key, decided the same way wherever objects lie.
#pragma once

#include <string>

#include "bucket/store.h"

namespace tintype::bucket {

/// `conflict` or `not_found` unless the key is as `wanted`. `present_etag` is null where it has no
/// object.
Status check_precondition(const Precondition& wanted, const std::string* present_etag);

/// All but the sequencer; `conflict` unless `present` is as `wanted`. A delete marker has no ETag
/// and the size 0.
Status check_remove_condition(const RemoveCondition& wanted, const ObjectInfo& present);

}  // namespace tintype::bucket
