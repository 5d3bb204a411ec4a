#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "http/message.h"

namespace tintype::sigv4 {

/// What a signature covers of a request, exactly as it is on the wire. A parameter, not a value to
/// keep: it refers to what it was made from.
struct RequestView {
  std::string_view method;
  std::string_view path;        ///< Still encoded: "/bucket/a%20b".
  std::string_view query_text;  ///< Still encoded, without '?'.
  const http::Headers& headers;
};

inline RequestView view_of(const http::Request& request) {
  return {.method = request.method,
          .path = request.path,
          .query_text = request.query_text,
          .headers = request.headers};
}

struct Credentials {
  std::string access_key_id;
  Secret secret;
  Secret session_token;  ///< Of temporary keys (Lambda's are); else empty.
};

/// Where a signature is valid. "s3" has rules of its own for paths and payload hashes.
struct Place {
  std::string region;
  std::string service;
};

/// A signing day in a place, as a credential spells it: "20130524/us-east-1/s3/aws4_request".
struct Scope {
  std::string date;
  std::string region;
  std::string service;

  std::string to_string() const;
  auto operator<=>(const Scope&) const = default;
};

inline constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
/// The payload hash of a body that the signature does not cover; presigned URLs always say so.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
/// The payload hash of no body.
inline constexpr std::string_view kEmptyPayload =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The raw key of a scope, for what is signed outside of requests: POST policies and body chunks.
std::string signing_key(const Secret& secret, const Scope& scope);
/// Lower-case hexadecimal HMAC-SHA256 of `text` under a signing_key.
std::string signature_of(std::string_view key, std::string_view text);

}  // namespace tintype::sigv4
