// One part of an object that came in parts, as `partNumber` of GetObject and HeadObject asks for
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bucket/multiparts.h"
#include "bucket/s3/operations.h"
#include "http/message.h"

namespace tintype::bucket {

struct ObjectPart {
  http::Range range;
  std::size_t count = 0;  ///< Of all parts; 0: the object came whole.
  std::optional<ContentChecksum> checksum = {};
};

/// Nothing if the request asks for no part. Of an object that came whole, the first part is all of
/// it. `invalid_part_number` where there is none of this number.
Task<S3Result<std::optional<ObjectPart>>> find_part(const S3Service& service, const S3Call& call,
                                                    const ObjectInfo& object);

}  // namespace tintype::bucket
