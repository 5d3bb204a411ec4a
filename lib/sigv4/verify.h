// Checking signatures, in two steps, so that the caller can look the key up in between:
//
//   parse(request) --> nothing: anonymous
//                  --> Authorization --> find the secret of access_key_id --> verify(...)
//
// A Failure names what is wrong precisely enough for AWS's error codes (bucket/s3/error.h has the
// table). Nothing about an Authorization may be believed before verify.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "sigv4/request_view.h"

namespace tintype::sigv4 {

/// In brackets: what AWS's S3 answers.
enum class Fault {
  two_mechanisms,           ///< Header and query both sign. [InvalidArgument]
  unsupported_mechanism,    ///< Signature version 2, another scheme or algorithm. [InvalidRequest]
  malformed_authorization,  ///< The Authorization header. [AuthorizationHeaderMalformed]
  malformed_query,          ///< An X-Amz-* parameter. [AuthorizationQueryParametersError]
  malformed_path,           ///< Broken percent-encoding in path or query. [InvalidURI]
  missing_date,             ///< Neither a valid x-amz-date nor a Date. [AccessDenied]
  missing_payload_hash,     ///< No x-amz-content-sha256. [InvalidRequest]
  malformed_payload_hash,   ///< Neither hexadecimal nor a known word. [InvalidArgument]
  headers_not_signed,       ///< Host or an x-amz-* header is not signed. [AccessDenied]
  wrong_region,             ///< [AuthorizationHeaderMalformed or AuthorizationQueryParametersError]
  wrong_service,            ///< The same.
  unknown_access_key,       ///< [InvalidAccessKeyId]
  signature_mismatch,       ///< [SignatureDoesNotMatch]
  request_time_skewed,      ///< Header form: our clocks differ too much. [RequestTimeTooSkewed]
  not_yet_valid,            ///< Query form: signed in the future. [AccessDenied]
  expired,                  ///< Query form: too late. [AccessDenied: Request has expired]
};

/// The name as logs and metrics spell it, such as "signature_mismatch".
std::string_view to_string(Fault fault);

struct [[nodiscard]] Failure {
  Fault fault;
  std::string message;  ///< For the log; no secret and no signature.
  /// Of a mismatch: what we would have signed, for the log at debug. Empty otherwise.
  std::string canonical_request;
  std::string string_to_sign;
};

template <class T>
using Outcome = std::expected<T, Failure>;

enum class Form { header, query };

/// What a request claims. Well-formed, and that is all.
struct Authorization {
  Form form;
  std::string access_key_id;
  Scope scope;
  Instant signed_at;
  std::chrono::seconds expires{};           ///< Of the query form.
  std::vector<std::string> signed_headers;  ///< Lower-case, sorted; has "host".
  std::string signature;  ///< 64 hexadecimal digits. For chunked bodies, the seed.
  /// 64 hexadecimal digits, kUnsignedPayload or one of AWS's STREAMING-... words. The caller
  /// compares the first to the body that arrives.
  std::string payload_hash;

  bool signs(std::string_view lower_case_header) const;
};

/// Reads the header form or the query form; nothing if the request has neither.
Outcome<std::optional<Authorization>> parse(const RequestView& request);

struct VerifyOptions {
  std::vector<std::string> regions;  ///< Accepted ones.
  std::string service = "s3";
  std::chrono::seconds skew_max = std::chrono::minutes(15);  ///< AWS's own; inclusive.
};

/// True to the word: method, path, query, signed headers, time and payload hash are those that the
/// holder of `secret` signed. No secret (nobody has that access key id) is `unknown_access_key`.
/// `request` must be the one that was parsed.
Outcome<void> verify(const Authorization& authorization, const RequestView& request,
                     const std::optional<Secret>& secret, Instant now,
                     const VerifyOptions& options);

}  // namespace tintype::sigv4
