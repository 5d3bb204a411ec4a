#pragma once

#include "bucket/s3/operations.h"

namespace tintype::bucket {

/// x-amz-expiration, where a rule of the bucket's lifecycle ends the object one day.
Task<S3Result<void>> add_expiration(const S3Service& service, const ObjectInfo& object,
                                    http::Headers& headers);

}  // namespace tintype::bucket
