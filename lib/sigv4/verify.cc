#include "sigv4/verify.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/digest.h"
#include "sigv4/canonical.h"
#include "sigv4/policy.h"

namespace tintype::sigv4 {

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::two_mechanisms: return "two_mechanisms";
    case Fault::unsupported_mechanism: return "unsupported_mechanism";
    case Fault::malformed_authorization: return "malformed_authorization";
    case Fault::malformed_query: return "malformed_query";
    case Fault::malformed_path: return "malformed_path";
    case Fault::missing_date: return "missing_date";
    case Fault::missing_payload_hash: return "missing_payload_hash";
    case Fault::malformed_payload_hash: return "malformed_payload_hash";
    case Fault::headers_not_signed: return "headers_not_signed";
    case Fault::wrong_region: return "wrong_region";
    case Fault::wrong_service: return "wrong_service";
    case Fault::unknown_access_key: return "unknown_access_key";
    case Fault::signature_mismatch: return "signature_mismatch";
    case Fault::request_time_skewed: return "request_time_skewed";
    case Fault::not_yet_valid: return "not_yet_valid";
    case Fault::expired: return "expired";
  }
  __builtin_unreachable();
}

namespace {

std::unexpected<Failure> refuse(Fault fault, std::string message) {
  return std::unexpected(Failure{.fault = fault,
                                 .message = std::move(message),
                                 .canonical_request = {},
                                 .string_to_sign = {}});
}

Outcome<void> check_time(const Authorization& authorization, Instant now,
                         const VerifyOptions& options) {
  const Instant at = authorization.signed_at;
  if (authorization.form == Form::header) {
    if (now - at > options.skew_max || at - now > options.skew_max)
      return refuse(Fault::request_time_skewed,
                    "signed at " + to_amz_date(at) + ", now " + to_amz_date(now));
    return {};
  }
  if (at - now > options.skew_max)
    return refuse(Fault::not_yet_valid, "valid from " + to_amz_date(at));
  if (now - at > authorization.expires)
    return refuse(Fault::expired, "expired at " + to_amz_date(at + authorization.expires));
  return {};
}

/// Whatever can be said without the signature itself.
Outcome<void> check_claims(const Authorization& authorization, const std::optional<Secret>& secret,
                           Instant now, const VerifyOptions& options) {
  const Scope& scope = authorization.scope;
  if (scope.service != options.service)
    return refuse(Fault::wrong_service, "service '" + scope.service + "' is not ours");
  if (std::ranges::find(options.regions, scope.region) == options.regions.end())
    return refuse(Fault::wrong_region, "region '" + scope.region + "' is not ours");
  TRY(check_time(authorization, now, options));
  if (!secret)
    return refuse(Fault::unknown_access_key,
                  "access key '" + authorization.access_key_id + "' is unknown");
  return {};
}

}  // namespace

Outcome<void> verify(const Authorization& authorization, const RequestView& request,
                     const std::optional<Secret>& secret, Instant now,
                     const VerifyOptions& options) {
  TRY(check_claims(authorization, secret, now, options));
  const Scope& scope = authorization.scope;
  const auto canonical = canonical_request(
      request, {.service = scope.service,
                .signed_headers = authorization.signed_headers,
                .payload_hash = authorization.payload_hash,
                .left_out = authorization.form == Form::query ? "X-Amz-Signature" : ""});
  if (!canonical) return refuse(Fault::malformed_path, canonical.error().message);
  const std::string text = string_to_sign(*canonical, scope, authorization.signed_at);
  const std::string expected = signature_of(signing_key(*secret, scope), text);
  if (crypto::equal_in_constant_time(expected, authorization.signature)) return {};
  return std::unexpected(
      Failure{.fault = Fault::signature_mismatch,
              .message = "signature of '" + authorization.access_key_id + "' does not match",
              .canonical_request = *canonical,
              .string_to_sign = text});
}

Outcome<void> verify_policy(const Authorization& authorization, std::string_view policy_base64,
                            const std::optional<Secret>& secret, Instant now,
                            const VerifyOptions& options) {
  TRY(check_claims(authorization, secret, now, options));
  const std::string expected =
      signature_of(signing_key(*secret, authorization.scope), policy_base64);
  if (crypto::equal_in_constant_time(expected, authorization.signature)) return {};
  return refuse(Fault::signature_mismatch,
                "signature of '" + authorization.access_key_id + "' does not match");
}

}  // namespace tintype::sigv4
