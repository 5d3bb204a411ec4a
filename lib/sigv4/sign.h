// Making signatures:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sigv4/request_view.h"

namespace tintype::sigv4 {

/// AWS's limit of a presigned URL.
inline constexpr std::chrono::seconds kExpiresMax = std::chrono::hours(24 * 7);

/// The headers to add to `request`: X-Amz-Date, X-Amz-Content-Sha256 (for s3), X-Amz-Security-Token
/// (with a session token), Authorization. Signed are these, Host, Content-Type, every x-amz-* and
/// those of `also_signed` (any case) that the request has. The request must have Host as it will be
/// sent. `payload_hash` is the body's SHA-256 in hexadecimal, or kUnsignedPayload.
/// `invalid_argument` for a broken percent-encoding, without Host, or if a header to add is there.
Result<std::vector<http::Headers::Entry>> sign(const RequestView& request,
                                               const Credentials& credentials, const Place& place,
                                               Instant now, std::string_view payload_hash,
                                               const std::vector<std::string>& also_signed = {});

/// A request for whoever gets its URL.
struct Presign {
  std::string method;
  std::string origin;  ///< "https://assets.example.com", as the sender's Host will name it.
  std::string path;    ///< Encoded: "/bucket/" + percent_encode(key, Slash::keep).
  std::vector<std::pair<std::string, std::string>> query;    ///< Decoded, such as uploadId.
  std::vector<std::pair<std::string, std::string>> headers;  ///< What must be sent, besides Host.
  std::chrono::seconds expires;                              ///< 1 s to kExpiresMax.
};

/// The URL. Signs method, path, query, Host and `headers`; of the body only what content-type and
/// content-length among them say. For s3. `invalid_argument` for an origin that is no http(s)
/// origin, a broken path or another `expires`.
Result<std::string> presign(const Presign& request, const Credentials& credentials,
                            const Place& place, Instant now);

/// Presigns with one key in one place, again and again. Immutable; thread-safe.
class Signer {
 public:
  Signer(Credentials credentials, Place place)
      : credentials_(std::move(credentials)), place_(std::move(place)) {}

  /// As the functions of these names, here and in policy.h.
  Result<std::string> presign(const Presign& request, Instant now) const;
  std::vector<std::pair<std::string, std::string>> policy_fields(Instant now) const;
  std::string sign_policy(std::string_view policy_base64, Instant now) const;

 private:
  const Credentials credentials_;
  const Place place_;
};

}  // namespace tintype::sigv4
