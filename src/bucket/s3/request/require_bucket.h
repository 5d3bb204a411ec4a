#pragma once

#include "bucket/s3/operations.h"

namespace tintype::bucket {

/// `no_such_bucket` unless the request's bucket is there.
Task<S3Result<void>> require_bucket(const S3Service& service, const S3Call& call);

}  // namespace tintype::bucket
