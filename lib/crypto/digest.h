#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/text.h"

namespace tintype::crypto {

/// md5 and sha1 are for ETags and checksums that S3 defines, never for trust.
enum class DigestKind { md5, sha1, sha256 };

/// A digest of bytes that arrive in parts. Movable; thread-compatible.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  void update(Bytes bytes);
  /// The raw digest (16, 20 or 32 bytes; see to_hex). Ends the Digest: call nothing after it.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Raw, 32 bytes.
std::string sha256(Bytes bytes);
/// Lower-case hexadecimal, as x-amz-content-sha256 and asset keys spell it.
std::string sha256_hex(Bytes bytes);
/// Raw, 32 bytes (RFC 2104).
std::string hmac_sha256(std::string_view key, Bytes bytes);
/// Raw, 20 bytes. For signatures of an old scheme (sigv4/version2.h).
std::string hmac_sha1(std::string_view key, Bytes bytes);

/// Takes the same time wherever the texts differ; their sizes are no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace tintype::crypto
