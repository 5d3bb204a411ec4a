// An object as header fields, both ways.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "bucket/store.h"
#include "http/message.h"

namespace tintype::bucket {

/// A metadatum of every object that we write: which write it was. Who lost an answer asks for it.
inline constexpr std::string_view kWriteIdMetadata = "tintype-write";

/// Those of a PUT, or of an upload in parts.
http::Headers write_headers(const PutOptions& options, const std::string& write_id);

/// Of the answer to GET or HEAD. `corrupt` if it is not one of an S3.
Result<ObjectInfo> read_headers(const BucketName& bucket, const Key& key,
                                const http::Headers& headers);
/// The write that made it; empty if it was not ours.
std::string write_id_of(const http::Headers& headers);

/// Of the second in which an object was written, which is all that every S3 tells: two writes of a
/// key within one second have the same.
std::string sequencer_at(Instant modified_at);
/// Without quotes, and without the W/ that a proxy which compresses puts before them.
std::string strong_etag(std::string_view etag);

}  // namespace tintype::bucket
