#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/secret.h"
#include "sigv4/request_view.h"

namespace tintype::sigv4 {

/// The signatures of a body that is signed chunk by chunk, each over the one before it:
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and, for what follows the
/// last chunk, https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
class ChunkChain {
 public:
  /// `key` is signing_key() of `scope`; `seed` the request's own signature.
  ChunkChain(Secret key, const Scope& scope, Instant signed_at, std::string seed);

  /// The signature of the next chunk, whose bytes have this SHA-256 (hexadecimal).
  std::string next(std::string_view sha256_hex);
  /// That of the trailing fields: "name:value\n" each, names lower-case.
  std::string next_trailer(std::string_view fields);

 private:
  std::string sign(std::string_view algorithm, std::string_view hashes);

  Secret key_;
  std::string when_and_where_;
  std::string previous_;
};

}  // namespace tintype::sigv4
