#pragma once

#include <cstdint>

#include "bucket/lifecycle/rules.h"
#include "bucket/multiparts.h"

namespace tintype::bucket {

/// How much went.
struct Swept {
  std::int64_t objects = 0;   ///< In a bucket with versions: hidden by a marker.
  std::int64_t versions = 0;  ///< For good, markers included.
  std::int64_t uploads = 0;   ///< In parts, aborted.
};

/// Removes from a bucket what its rules say is over at `now`. What is written again meanwhile
/// stays. Walks all of the bucket that the rules are about; blocks. `not_found` if it is gone.
Result<Swept> sweep_bucket(MultipartStore& store, const BucketName& bucket,
                           const LifecycleRules& rules, Instant now);

}  // namespace tintype::bucket
