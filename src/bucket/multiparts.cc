#include "bucket/multiparts.h"

#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::bucket {

Result<std::string> composite_etag(const std::vector<PartInfo>& parts) {
  crypto::Digest digest(crypto::DigestKind::md5);
  for (const PartInfo& part : parts) {
    TRY_LET(const std::string md5, from_hex(part.etag));
    digest.update(as_bytes(md5));
  }
  return to_hex(as_bytes(digest.finish())) + '-' + std::to_string(parts.size());
}

Result<ContentChecksum> composite_checksum(ChecksumKind kind, const std::vector<PartInfo>& parts) {
  Checksum whole(kind);
  for (const PartInfo& part : parts) {
    if (!part.checksum || part.checksum->kind != kind)
      return fail(ErrorCode::invalid_argument, "Part " + std::to_string(part.number) + " has no " +
                                                   std::string(to_string(kind)) + " checksum.");
    TRY_LET(const std::string raw, from_base64(part.checksum->base64));
    whole.update(as_bytes(raw));
  }
  return ContentChecksum{
      .kind = kind,
      .base64 = to_base64(as_bytes(whole.finish())) + '-' + std::to_string(parts.size())};
}

}  // namespace tintype::bucket
