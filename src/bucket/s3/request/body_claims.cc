#include "bucket/s3/request/body_claims.h"

#include <utility>

#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kMd5Size = 16;
constexpr std::string_view kStreaming = "STREAMING-";
constexpr std::string_view kTrailing = "-TRAILER";

/// x-amz-trailer: x-amz-checksum-crc32
S3Result<std::optional<BodyClaims::Claimed>> parse_trailer_header(const http::Headers& headers) {
  const auto name = headers.find("x-amz-trailer");
  if (!name) return std::nullopt;
  for (const ChecksumKind kind : kChecksumKinds)
    if (equals_ignoring_case(trim(*name), header_of(kind)))
      return BodyClaims::Claimed{.kind = kind, .base64 = std::nullopt};
  return refuse(S3Error::invalid_request,
                "The value specified in the x-amz-trailer header is not "
                "supported");
}

S3Result<std::optional<BodyClaims::Claimed>> parse_checksum(const http::Headers& headers,
                                                            bool trails) {
  TRY_LET(auto claimed, parse_checksum_header(headers));
  if (!claimed && trails) {
    TRY_LET(claimed, parse_trailer_header(headers));
  }
  const auto announced = headers.find("x-amz-sdk-checksum-algorithm");
  if (!announced) return claimed;
  const auto kind = parse_checksum_kind(*announced);
  if (!kind)
    return refuse(S3Error::invalid_request,
                  "Value for x-amz-sdk-checksum-algorithm header is invalid.");
  if (!claimed || claimed->kind != *kind)
    return refuse(S3Error::invalid_request,
                  "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* "
                  "or x-amz-trailer headers were found.");
  return claimed;
}

S3Result<ChunkParser::Form> parse_chunks(const http::Request& request, const Caller& caller) {
  const auto size_text = request.headers.find("x-amz-decoded-content-length");
  if (!size_text) return refuse(S3Error::missing_content_length);
  const auto size = parse_integer<std::uint64_t>(*size_text);
  if (!size)
    return refuse(S3Error::invalid_argument,
                  "x-amz-decoded-content-length must be a number from 0.");
  return ChunkParser::Form{.chain = caller.chunk_chain,
                           .has_trailer = caller.payload_hash.ends_with(kTrailing),
                           .size = *size};
}

}  // namespace

S3Result<std::optional<std::string>> parse_content_md5(const http::Headers& headers) {
  const auto encoded = headers.find("Content-MD5");
  if (!encoded) return std::nullopt;
  const auto md5 = from_base64(*encoded);
  if (!md5 || md5->size() != kMd5Size) return refuse(S3Error::invalid_digest);
  return to_hex(as_bytes(*md5));
}

S3Result<std::optional<BodyClaims::Claimed>> parse_checksum_header(const http::Headers& headers) {
  std::optional<BodyClaims::Claimed> claimed;
  for (const ChecksumKind kind : kChecksumKinds) {
    const std::string name = header_of(kind);
    const auto value = headers.find(name);
    if (!value) continue;
    if (claimed)
      return refuse(S3Error::invalid_request,
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                    "allowed.");
    const auto raw = from_base64(*value);
    if (!raw || raw->size() != size_of(kind))
      return refuse(S3Error::invalid_request, "Value for " + name + " header is invalid.");
    claimed = {.kind = kind, .base64 = std::string(*value)};
  }
  return claimed;
}

S3Result<BodyClaims> parse_body_claims(const http::Request& request, const Caller& caller) {
  BodyClaims claims{.payload_hash = caller.payload_hash};
  if (caller.payload_hash.starts_with(kStreaming)) {
    TRY_LET(claims.chunks, parse_chunks(request, caller));
    claims.size = claims.chunks->size;
  } else if (request.content_length) {
    claims.size = *request.content_length;
  } else {
    return refuse(S3Error::missing_content_length);
  }
  TRY_LET(claims.md5_hex, parse_content_md5(request.headers));
  TRY_LET(claims.checksum,
          parse_checksum(request.headers, claims.chunks && claims.chunks->has_trailer));
  return claims;
}

}  // namespace tintype::bucket
