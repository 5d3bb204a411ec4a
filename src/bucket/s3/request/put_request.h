#pragma once

#include "bucket/s3/error.h"
#include "bucket/s3/request/body_claims.h"
#include "bucket/s3/signature.h"
#include "bucket/store.h"
#include "http/message.h"

namespace tintype::bucket {

/// What a PUT with a body asks for, read from its headers.
struct PutRequest {
  PutOptions options;
  BodyClaims body;
};
S3Result<PutRequest> parse_put(const http::Request& request, const Caller& caller);

/// What an object is to be like, and on what conditions; without size. Headers that ask for what we
/// do not do (encryption, locks, other storage classes, ...) are `not_implemented`: storing the
/// object without would be a wrong success.
S3Result<PutOptions> parse_put_options(const http::Headers& headers, Writer writer);
/// If-Match and If-None-Match of a write.
S3Result<Precondition> parse_precondition(const http::Headers& headers);
Writer writer_of(const http::Request& request, const Caller& caller);

}  // namespace tintype::bucket
