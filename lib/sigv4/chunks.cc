#include "sigv4/chunks.h"

#include "crypto/digest.h"

namespace tintype::sigv4 {

ChunkChain::ChunkChain(Secret key, const Scope& scope, Instant signed_at, std::string seed)
    : key_(std::move(key)),
      when_and_where_(to_amz_date(signed_at) + '\n' + scope.to_string() + '\n'),
      previous_(std::move(seed)) {}

std::string ChunkChain::next(std::string_view sha256_hex) {
  // Of AWS's three hashes the first would be of header fields of the chunk, which has none.
  return sign("AWS4-HMAC-SHA256-PAYLOAD",
              std::string(kEmptyPayload) + '\n' + std::string(sha256_hex));
}

std::string ChunkChain::next_trailer(std::string_view fields) {
  return sign("AWS4-HMAC-SHA256-TRAILER", crypto::sha256_hex(as_bytes(fields)));
}

std::string ChunkChain::sign(std::string_view algorithm, std::string_view hashes) {
  std::string text(algorithm);
  text += '\n' + when_and_where_ + previous_ + '\n';
  text += hashes;
  previous_ = signature_of(key_.reveal(), text);
  return previous_;
}

}  // namespace tintype::sigv4
