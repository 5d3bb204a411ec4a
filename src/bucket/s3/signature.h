#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "bucket/s3/api.h"
#include "bucket/s3/error.h"
#include "http/message.h"
#include "sigv4/chunks.h"

namespace tintype::bucket {

/// Who asks. Exists only after the signature was checked, or where there is none.
struct Caller {
  std::string access_key_id;
  bool is_anonymous = false;  ///< Came without a signature: may do what a policy lets everyone do.
  bool presigned = false;     ///< By a URL that somebody else signed for whoever asks.
  std::string payload_hash = {};  ///< See sigv4::Authorization.
  /// For a body that is signed chunk by chunk.
  std::optional<sigv4::ChunkChain> chunk_chain = {};
};

/// Why somebody is not a Caller.
struct Stranger {
  S3Fault fault;
  /// Set if all but the signature is right: the key that the request claims to be signed with. Not
  /// to be believed; only for telling what the request would have been refused for anyway.
  std::optional<Caller> claimed = {};
};

std::expected<Caller, Stranger> authenticate(const http::Request& request, const S3Options& options,
                                             Instant now);

/// The secret of an access key, if there is such a key.
std::optional<Secret> secret_of(const S3Options& options, const std::string& access_key_id);

/// The regions that a signature may be for: the stack's, and AWS's first one, which clients sign
/// for when nobody told them another.
std::vector<std::string> regions_of(const std::string& region);

/// Compares a body that was read to a payload_hash: true where that does not cover the body.
bool payload_matches(const std::string& payload_hash, const std::string& body_sha256_hex);

}  // namespace tintype::bucket
