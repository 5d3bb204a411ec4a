#pragma once

#include <cstddef>
#include <string>

#include "bucket/s3/operations.h"

namespace tintype::bucket {

/// A document of at most `size_max` bytes that the request carries, compared to what the client
/// says of it: SHA-256, Content-MD5, x-amz-checksum-*.
Task<S3Result<std::string>> read_document(const S3Call& call, std::size_t size_max);

}  // namespace tintype::bucket
