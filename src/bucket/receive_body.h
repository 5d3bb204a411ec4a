// From the body of a request into the store.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bucket/s3_operations.h"

namespace tintype::bucket {

/// Refuses a body whose length is not known before, or that comes in signed chunks.
S3Result<void> check_framing(const S3Call& call);

/// What a failure to read the body is to its sender.
S3Fault body_fault_of(Error error);

/// Reads the whole body into `target` and compares it to what the client says of it: its length,
/// its SHA-256 and, if it gave one, its MD5 (hexadecimal).
Task<S3Result<void>> receive_body(const S3Service& service, const S3Call& call,
                                  const std::optional<std::string>& md5_hex, Incoming& target);

/// Removing what was written so far may take the disk a while: not on the loop.
template <class Face>
void discard(BlockingPool& pool, std::unique_ptr<Face> upload) {
  pool.try_post([dropped = std::move(upload)]() mutable { dropped.reset(); });
}

}  // namespace tintype::bucket
