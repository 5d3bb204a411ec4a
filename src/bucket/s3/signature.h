#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "bucket/identity/identities.h"
#include "bucket/s3/error.h"
#include "http/message.h"
#include "sigv4/chunks.h"

namespace tintype::bucket {

struct S3Service;

/// Who asks. Exists only after the signature was checked, or where there is none.
struct Caller {
  std::string access_key_id = "anonymous";
  /// Null: came without a signature, and may do what a policy lets everyone do.
  std::shared_ptr<const Identity> identity = {};
  bool presigned = false;         ///< By a URL that somebody else signed for whoever asks.
  std::string payload_hash = {};  ///< See sigv4::Authorization.
  /// For a body that is signed chunk by chunk.
  std::optional<sigv4::ChunkChain> chunk_chain = {};

  bool is_anonymous() const { return identity == nullptr; }
};

/// What sigv4 verifies with: nothing where nobody has the key.
std::optional<Secret> secret_of(const std::shared_ptr<const Signatory>& signatory);
/// Whom a signature makes somebody.
std::shared_ptr<const Identity> identity_of(const std::shared_ptr<const Signatory>& signatory);

/// Why somebody is not a Caller.
struct Stranger {
  S3Fault fault;
  /// Set if all but the signature is right: the key that the request claims to be signed with. Not
  /// to be believed; only for telling what the request would have been refused for anyway.
  std::optional<Caller> claimed = {};
};

Task<std::expected<Caller, Stranger>> authenticate(const http::Request& request,
                                                   const S3Service& service);

/// The regions that a signature may be for: the stack's, and AWS's first one, which clients sign
/// for when nobody told them another.
std::vector<std::string> regions_of(const std::string& region);

/// Compares a body that was read to a payload_hash: true where that does not cover the body.
bool payload_matches(const std::string& payload_hash, const std::string& body_sha256_hex);

}  // namespace tintype::bucket
