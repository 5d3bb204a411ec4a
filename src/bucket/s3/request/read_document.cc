#include "bucket/s3/request/read_document.h"

#include "base/text.h"
#include "bucket/s3/request/body_claims.h"
#include "crypto/digest.h"

namespace tintype::bucket {

namespace {

std::string md5_hex(std::string_view text) {
  crypto::Digest digest(crypto::DigestKind::md5);
  digest.update(as_bytes(text));
  return to_hex(as_bytes(digest.finish()));
}

std::string checksum_base64(ChecksumKind kind, std::string_view text) {
  Checksum checksum(kind);
  checksum.update(as_bytes(text));
  return to_base64(as_bytes(checksum.finish()));
}

}  // namespace

Task<S3Result<std::string>> read_document(const S3Call& call, std::size_t size_max) {
  if (call.caller.payload_hash.starts_with("STREAMING-"))
    co_return refuse(S3Error::not_implemented, "A document cannot come in signed chunks.");
  CO_TRY_LET(const auto md5, parse_content_md5(call.request.headers));
  CO_TRY_LET(const auto checksum, parse_checksum_header(call.request.headers));
  CO_TRY_LET(std::string text, to_s3(co_await http::read_all(*call.request.body, size_max)));
  if (!payload_matches(call.caller.payload_hash, crypto::sha256_hex(as_bytes(text))))
    co_return refuse(S3Error::content_sha256_mismatch);
  if (md5 && *md5 != md5_hex(text)) co_return refuse(S3Error::bad_digest);
  if (checksum && checksum->base64 != checksum_base64(checksum->kind, text))
    co_return refuse(S3Error::bad_digest);
  co_return text;
}

}  // namespace tintype::bucket
