#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bucket/checksum.h"
#include "bucket/s3/error.h"
#include "bucket/s3/request/chunk_parser.h"
#include "bucket/s3/signature.h"
#include "http/message.h"

namespace tintype::bucket {

/// What a client says of the content that it sends. Whoever reads the body compares.
struct BodyClaims {
  struct Claimed {
    ChecksumKind kind;
    std::optional<std::string> base64;  ///< Nothing: it follows the last chunk.
  };

  std::uint64_t size = 0;
  std::string payload_hash;  ///< See sigv4::Authorization.
  std::optional<std::string> md5_hex = {};
  std::optional<Claimed> checksum = {};
  std::optional<ChunkParser::Form> chunks = {};  ///< If the content comes in AWS's own chunks.
};

/// Reads Content-Length, Content-MD5, x-amz-content-sha256, x-amz-checksum-* and what goes with
/// them. Only headers count: what a presigned URL says of checksums was guessed before there was a
/// body.
S3Result<BodyClaims> parse_body_claims(const http::Request& request, const Caller& caller);

/// Content-MD5, in hexadecimal.
S3Result<std::optional<std::string>> parse_content_md5(const http::Headers& headers);

/// The checksum among x-amz-checksum-<kind>; at most one may be there.
S3Result<std::optional<BodyClaims::Claimed>> parse_checksum_header(const http::Headers& headers);

}  // namespace tintype::bucket
