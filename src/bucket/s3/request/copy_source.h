#pragma once

#include <optional>
#include <string>

#include "bucket/name.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/version_id.h"
#include "bucket/store.h"
#include "http/message.h"

namespace tintype::bucket {

/// x-amz-copy-source: "/bucket/key" or "bucket/key", percent-encoded, and perhaps "?versionId=...".
S3Result<ObjectName> parse_copy_source(const http::Headers& headers);

/// The source, opened, if x-amz-copy-source-if-* allow it.
Task<S3Result<Object>> open_copy_source(const S3Service& service, const S3Call& call,
                                        const ObjectName& source);
/// x-amz-copy-source-version-id, unless its bucket has no versions.
void add_source_version_id(http::Headers& headers, const ObjectInfo& source);

/// What of it goes into `target`; blocks.
Status copy_content(const Object& source, const http::Range& part, Incoming& target);
/// The same, and its checksum.
Status copy_content_with_checksum(const Object& source, const http::Range& part, ChecksumKind kind,
                                  Incoming& target);

}  // namespace tintype::bucket
