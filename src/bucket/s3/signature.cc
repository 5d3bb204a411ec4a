#include "bucket/s3/signature.h"

#include "base/log.h"
#include "base/text.h"
#include "bucket/s3/host.h"
#include "sigv4/request_view.h"
#include "sigv4/verify.h"
#include "sigv4/version2.h"

namespace tintype::bucket {

std::vector<std::string> regions_of(const std::string& region) { return {region, "us-east-1"}; }

namespace {

constexpr std::chrono::minutes kSkewMax{15};  // AWS's own.

sigv4::ChunkChain chain_of(const sigv4::Authorization& authorization, const Secret& secret) {
  return {Secret(sigv4::signing_key(secret, authorization.scope)), authorization.scope,
          authorization.signed_at, authorization.signature};
}

/// Every byte that we would have signed: the one way to find why a client's signature differs.
void log_mismatch(const sigv4::Failure& failure, const http::Request& request) {
  log(LogLevel::debug, "signature mismatched",
      {{"request", request.id},
       {"canonical_request", failure.canonical_request},
       {"string_to_sign", failure.string_to_sign}});
}

std::expected<Caller, Stranger> authenticate_v2(const sigv4::Version2& claimed,
                                                const http::Request& request,
                                                const S3Options& options, Instant now) {
  const auto host = bucket_in_host(request.headers.find("Host").value_or(""), options.domains);
  const auto verified =
      sigv4::verify_version2(claimed, sigv4::view_of(request), host.value_or(""),
                             secret_of(options, claimed.access_key_id), now, kSkewMax);
  Caller caller{.access_key_id = claimed.access_key_id,
                .presigned = claimed.form == sigv4::Form::query,
                .payload_hash = std::string(sigv4::kUnsignedPayload)};
  if (verified) return caller;
  Stranger stranger{.fault = fault_of(verified.error(), claimed.form)};
  if (verified.error().fault == sigv4::Fault::signature_mismatch) {
    log_mismatch(verified.error(), request);
    stranger.claimed = std::move(caller);
  }
  return std::unexpected(std::move(stranger));
}

}  // namespace

std::optional<Secret> secret_of(const S3Options& options, const std::string& access_key_id) {
  const auto key = options.keys.find(access_key_id);
  return key == options.keys.end() ? std::nullopt : std::optional<Secret>(key->second);
}

std::expected<Caller, Stranger> authenticate(const http::Request& request, const S3Options& options,
                                             Instant now) {
  const auto view = sigv4::view_of(request);
  if (options.signature_v2) {
    const auto old = sigv4::parse_version2(view);
    if (!old) return std::unexpected(Stranger{.fault = fault_of(old.error(), sigv4::Form::query)});
    if (*old) return authenticate_v2(**old, request, options, now);
  }
  const auto parsed = sigv4::parse(view);
  if (!parsed)
    return std::unexpected(Stranger{.fault = fault_of(parsed.error(), sigv4::Form::header)});
  if (!*parsed)
    return Caller{.access_key_id = "anonymous",
                  .is_anonymous = true,
                  .payload_hash = std::string(sigv4::kUnsignedPayload)};

  const sigv4::Authorization& authorization = **parsed;
  Caller caller{.access_key_id = authorization.access_key_id,
                .presigned = authorization.form == sigv4::Form::query,
                .payload_hash = authorization.payload_hash};
  const auto secret = secret_of(options, authorization.access_key_id);
  const auto verified =
      sigv4::verify(authorization, view, secret, now,
                    {.regions = regions_of(options.region), .skew_max = kSkewMax});
  if (verified) {
    if (caller.payload_hash.starts_with("STREAMING-AWS4-HMAC-SHA256-"))
      caller.chunk_chain = chain_of(authorization, *secret);
    return caller;
  }

  const sigv4::Failure& failure = verified.error();
  Stranger stranger{.fault = fault_of(failure, authorization.form)};
  // s3cmd signs for "US" until it is told better.
  if (failure.fault == sigv4::Fault::wrong_region) {
    stranger.fault.region = options.region;
    stranger.fault.message = "The authorization header is malformed; the region '" +
                             authorization.scope.region + "' is wrong; expecting '" +
                             options.region + "'";
  }
  if (failure.fault == sigv4::Fault::signature_mismatch) {
    log_mismatch(failure, request);
    stranger.claimed = std::move(caller);
  }
  return std::unexpected(std::move(stranger));
}

bool payload_matches(const std::string& payload_hash, const std::string& body_sha256_hex) {
  return payload_hash == sigv4::kUnsignedPayload || to_lower(payload_hash) == body_sha256_hex;
}

}  // namespace tintype::bucket
