#include "bucket/s3/signature.h"

#include "base/log.h"
#include "base/text.h"
#include "sigv4/request_view.h"
#include "sigv4/verify.h"

namespace tintype::bucket {

std::vector<std::string> regions_of(const std::string& region) { return {region, "us-east-1"}; }

namespace {

sigv4::ChunkChain chain_of(const sigv4::Authorization& authorization, const Secret& secret) {
  return {Secret(sigv4::signing_key(secret, authorization.scope)), authorization.scope,
          authorization.signed_at, authorization.signature};
}

}  // namespace

std::expected<Caller, Stranger> authenticate(const http::Request& request,
                                             const std::map<std::string, Secret>& keys,
                                             const std::string& region, Instant now) {
  const auto view = sigv4::view_of(request);
  const auto parsed = sigv4::parse(view);
  if (!parsed)
    return std::unexpected(Stranger{.fault = fault_of(parsed.error(), sigv4::Form::header)});
  if (!*parsed) return std::unexpected(Stranger{.fault = {S3Error::access_denied}});

  const sigv4::Authorization& authorization = **parsed;
  Caller caller{.access_key_id = authorization.access_key_id,
                .presigned = authorization.form == sigv4::Form::query,
                .payload_hash = authorization.payload_hash};
  const auto key = keys.find(authorization.access_key_id);
  const auto secret = key == keys.end() ? std::nullopt : std::optional<Secret>(key->second);
  const auto verified =
      sigv4::verify(authorization, view, secret, now, {.regions = regions_of(region)});
  if (verified) {
    if (caller.payload_hash.starts_with("STREAMING-AWS4-HMAC-SHA256-"))
      caller.chunk_chain = chain_of(authorization, *secret);
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
    // Every byte that we would have signed: the one way to find why a client's signature differs.
    log(LogLevel::debug, "signature mismatched",
        {{"request", request.id},
         {"canonical_request", failure.canonical_request},
         {"string_to_sign", failure.string_to_sign}});
    stranger.claimed = std::move(caller);
  }
  return std::unexpected(std::move(stranger));
}

bool payload_matches(const std::string& payload_hash, const std::string& body_sha256_hex) {
  return payload_hash == sigv4::kUnsignedPayload || to_lower(payload_hash) == body_sha256_hex;
}

}  // namespace tintype::bucket
