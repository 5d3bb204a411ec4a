#include "bucket/s3/signature.h"

#include "base/log.h"
#include "base/text.h"
#include "bucket/s3/host.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/signatories.h"
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
                                                const std::shared_ptr<const Signatory>& signatory,
                                                const S3Service& service) {
  const auto host =
      bucket_in_host(request.headers.find("Host").value_or(""), service.options.domains);
  const auto verified = sigv4::verify_version2(claimed, sigv4::view_of(request), host.value_or(""),
                                               secret_of(signatory), service.clock.now(), kSkewMax);
  Caller caller{.access_key_id = claimed.access_key_id,
                .identity = identity_of(signatory),
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

std::expected<Caller, Stranger> authenticate_v4(const sigv4::Authorization& authorization,
                                                const http::Request& request,
                                                const std::shared_ptr<const Signatory>& signatory,
                                                const S3Service& service) {
  Caller caller{.access_key_id = authorization.access_key_id,
                .identity = identity_of(signatory),
                .presigned = authorization.form == sigv4::Form::query,
                .payload_hash = authorization.payload_hash};
  const std::string& region = service.options.region;
  const auto verified =
      sigv4::verify(authorization, sigv4::view_of(request), secret_of(signatory),
                    service.clock.now(), {.regions = regions_of(region), .skew_max = kSkewMax});
  if (verified) {
    if (caller.payload_hash.starts_with("STREAMING-AWS4-HMAC-SHA256-"))
      caller.chunk_chain = chain_of(authorization, signatory->secret);
    return caller;
  }

  const sigv4::Failure& failure = verified.error();
  Stranger stranger{.fault = fault_of(failure, authorization.form)};
  // s3cmd signs for "US" until it is told better.
  if (failure.fault == sigv4::Fault::wrong_region) {
    stranger.fault.region = region;
    stranger.fault.message = "The authorization header is malformed; the region '" +
                             authorization.scope.region + "' is wrong; expecting '" + region + "'";
  }
  if (failure.fault == sigv4::Fault::signature_mismatch) {
    log_mismatch(failure, request);
    stranger.claimed = std::move(caller);
  }
  return std::unexpected(std::move(stranger));
}

}  // namespace

std::optional<Secret> secret_of(const std::shared_ptr<const Signatory>& signatory) {
  return signatory == nullptr ? std::nullopt : std::optional<Secret>(signatory->secret);
}

std::shared_ptr<const Identity> identity_of(const std::shared_ptr<const Signatory>& signatory) {
  return signatory == nullptr ? nullptr
                              : std::shared_ptr<const Identity>(signatory, &signatory->identity);
}

Task<std::expected<Caller, Stranger>> authenticate(const http::Request& request,
                                                   const S3Service& service) {
  const auto stranger = [](S3Fault fault) {
    return std::unexpected(Stranger{.fault = std::move(fault)});
  };
  const auto view = sigv4::view_of(request);
  if (service.options.signature_v2) {
    const auto old = sigv4::parse_version2(view);
    if (!old) co_return stranger(fault_of(old.error(), sigv4::Form::query));
    if (*old) {
      const auto signatory = co_await service.signatories.find((*old)->access_key_id);
      if (!signatory) co_return stranger(fault_of(signatory.error()));
      co_return authenticate_v2(**old, request, *signatory, service);
    }
  }
  const auto parsed = sigv4::parse(view);
  if (!parsed) co_return stranger(fault_of(parsed.error(), sigv4::Form::header));
  if (!*parsed) co_return Caller{.payload_hash = std::string(sigv4::kUnsignedPayload)};
  const auto signatory = co_await service.signatories.find((*parsed)->access_key_id);
  if (!signatory) co_return stranger(fault_of(signatory.error()));
  co_return authenticate_v4(**parsed, request, *signatory, service);
}

bool payload_matches(const std::string& payload_hash, const std::string& body_sha256_hex) {
  return payload_hash == sigv4::kUnsignedPayload || to_lower(payload_hash) == body_sha256_hex;
}

}  // namespace tintype::bucket
