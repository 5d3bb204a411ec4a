// The text that signer and verifier must agree on:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sigv4/request_view.h"

namespace tintype::sigv4 {

/// For s3, the path as it is, in AWS's spelling of its encoding. For other services normalised, and
/// what is on the wire (so already encoded) is encoded again. `invalid_argument` for a broken
/// percent-encoding.
Result<std::string> canonical_path(std::string_view path, std::string_view service);

/// The parameters but `left_out`, decoded, encoded AWS's way and sorted. `invalid_argument` as
/// above.
Result<std::string> canonical_query(std::string_view query_text, std::string_view left_out = {});

/// The value of a header as it is signed: all fields of that name, trimmed and folded, in their
/// order.
std::string canonical_header_value(const http::Headers& headers, std::string_view name);

struct CanonicalOptions {
  std::string_view service;
  const std::vector<std::string>& signed_headers;  ///< Lower-case, sorted.
  std::string_view payload_hash;
  std::string_view left_out;  ///< The query parameter that holds the signature, if one does.
};
Result<std::string> canonical_request(const RequestView& request, const CanonicalOptions& options);
/// As above, of a query that is in canonical_query's form already, whatever the request says.
Result<std::string> canonical_request(const RequestView& request, std::string_view query,
                                      const CanonicalOptions& options);

std::string string_to_sign(std::string_view canonical_request, const Scope& scope, Instant at);

/// "20130524".
std::string date_of(Instant at);

}  // namespace tintype::sigv4
