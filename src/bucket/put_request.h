#pragma once

#include <optional>
#include <string>

#include "bucket/s3_error.h"
#include "bucket/s3_signature.h"
#include "bucket/store.h"
#include "http/message.h"

namespace tintype::bucket {

/// What a PUT asks for, read from its headers.
struct PutRequest {
  PutOptions options;
  std::optional<std::string> md5_hex;  ///< Of Content-MD5.
};

/// Headers that ask for what we do not do (encryption, locks, tags, copies, encodings that we could
/// not give back, ...) are `not_implemented`: storing the object without would be a wrong success.
S3Result<PutRequest> parse_put(const http::Request& request, const Caller& caller);
/// The same of headers that stand in a form; without size.
S3Result<PutRequest> parse_put_headers(const http::Headers& headers, Writer writer);

}  // namespace tintype::bucket
