// From the body of a request into the store.
#pragma once

#include <memory>

#include "bucket/s3/operations.h"
#include "bucket/s3/request/body_claims.h"

namespace tintype::bucket {

/// What a failure to read the body is to its sender.
S3Fault body_fault_of(Error error);

/// Reads the whole body into `target` and compares it to what the client says of it: its size, its
/// SHA-256, MD5 and checksum, the signatures of its chunks. A checksum that was claimed, or that
/// `target` wants, is kept with the content.
Task<S3Result<void>> receive_body(const S3Service& service, const S3Call& call, BodyClaims claims,
                                  Incoming& target);

/// Removing what was written so far may take the disk a while: not on the loop.
template <class Face>
void discard(BlockingPool& pool, std::unique_ptr<Face> upload) {
  pool.try_post([dropped = std::move(upload)]() mutable { dropped.reset(); });
}

}  // namespace tintype::bucket
