// Additional checksums of contents.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/text.h"
#include "bucket/crc.h"
#include "crypto/digest.h"

namespace tintype::bucket {

enum class ChecksumKind { crc32, crc32c, crc64nvme, sha1, sha256 };
inline constexpr std::array kChecksumKinds = {ChecksumKind::crc32, ChecksumKind::crc32c,
                                              ChecksumKind::crc64nvme, ChecksumKind::sha1,
                                              ChecksumKind::sha256};

/// As requests and XML name it: "CRC32C".
std::string_view to_string(ChecksumKind kind);
/// Of any case.
std::optional<ChecksumKind> parse_checksum_kind(std::string_view text);
/// "x-amz-checksum-crc32c".
std::string header_of(ChecksumKind kind);
/// "ChecksumCRC32C".
std::string element_of(ChecksumKind kind);
/// How many bytes it has.
std::size_t size_of(ChecksumKind kind);

/// Of all bytes, or of the checksums of the parts.
enum class ChecksumType { full_object, composite };
std::string_view to_string(ChecksumType type);

/// What is kept of a content's checksum.
struct ContentChecksum {
  ChecksumKind kind = ChecksumKind::crc32;
  std::string base64;  ///< Of N parts' checksums: "...-N".

  ChecksumType type() const {
    return base64.find('-') == std::string::npos ? ChecksumType::full_object
                                                 : ChecksumType::composite;
  }
  bool operator==(const ContentChecksum&) const = default;
};
/// "CRC32C:base64", as rows keep it; `corrupt` if we did not write it.
std::string write_checksum(const ContentChecksum& checksum);
Result<ContentChecksum> read_checksum(std::string_view text);

/// A checksum of bytes that arrive in parts. Movable; thread-compatible.
class Checksum {
 public:
  explicit Checksum(ChecksumKind kind);
  void update(Bytes bytes);
  /// Raw, most significant byte first. Ends the Checksum: call nothing after it.
  std::string finish();

 private:
  std::variant<Crc32, Crc32c, Crc64Nvme, crypto::Digest> state_;
};

}  // namespace tintype::bucket
