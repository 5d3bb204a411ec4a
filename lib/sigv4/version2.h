// Signature version 2, which old clients still make: s3cmd's signurl, boto3's presigned URLs where
// nobody told it better, forms with AWSAccessKeyId. HMAC-SHA1 over a few lines of a request:
//
//   method, Content-MD5, Content-Type, Date (or Expires), x-amz-* headers, path and sub-resources
//
// It covers neither the body nor other headers, and no region. As version 4, in two steps: parse,
// find the secret, verify.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"
#include "sigv4/request_view.h"
#include "sigv4/verify.h"

namespace tintype::sigv4 {

/// What a request claims. Well-formed, and that is all.
struct Version2 {
  Form form;
  std::string access_key_id;
  std::string signature;  ///< Base64.
  std::string date;       ///< As signed: the Date header or Expires; empty beside an x-amz-date.
  Instant at;             ///< Header form: when it was signed. Query form: when it ends.
};

/// Nothing if the request is not signed so; then it may be by version 4.
Outcome<std::optional<Version2>> parse_version2(const RequestView& request);

/// As verify(). `host_bucket` is the bucket that the Host names, if it does: it is signed too.
Outcome<void> verify_version2(const Version2& claimed, const RequestView& request,
                              std::string_view host_bucket, const std::optional<Secret>& secret,
                              Instant now, std::chrono::seconds skew_max);

/// What the holder of `secret` says to `text`: of a form, its policy in base64.
std::string sign_version2(std::string_view text, const Secret& secret);

}  // namespace tintype::sigv4
