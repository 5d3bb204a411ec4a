#pragma once

#include <optional>
#include <string>

#include "bucket/name.h"
#include "bucket/s3/operations.h"
#include "bucket/store.h"
#include "http/message.h"

namespace tintype::bucket {

struct CopySource {
  BucketName bucket;
  Key key;
};

/// x-amz-copy-source: "/bucket/key" or "bucket/key", percent-encoded.
S3Result<CopySource> parse_copy_source(const http::Headers& headers);

/// The source, opened, if x-amz-copy-source-if-* allow it.
Task<S3Result<Object>> open_copy_source(const S3Service& service, const S3Call& call,
                                        const CopySource& source);

/// What of it goes into `target`; blocks.
Status copy_content(const Object& source, const http::Range& part, Incoming& target);
/// The same, and its checksum.
Status copy_content_with_checksum(const Object& source, const http::Range& part, ChecksumKind kind,
                                  Incoming& target);

}  // namespace tintype::bucket
