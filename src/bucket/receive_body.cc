#include "bucket/receive_body.h"

#include <utility>

namespace tintype::bucket {

S3Result<void> check_framing(const S3Call& call) {
  if (call.caller.payload_hash.starts_with("STREAMING-"))
    return refuse(S3Error::not_implemented,
                  "Bodies in signed chunks (" + call.caller.payload_hash +
                      ") are not implemented; send the body's SHA-256 or UNSIGNED-PAYLOAD.");
  if (!call.request.content_length) return refuse(S3Error::missing_content_length);
  return {};
}

S3Fault body_fault_of(Error error) {
  // From a body, `unavailable` is a client that stopped sending, not a server that is busy.
  const bool late = error.code == ErrorCode::unavailable;
  S3Fault fault = fault_of(std::move(error));
  if (late) fault.error = S3Error::request_timeout;
  return fault;
}

Task<S3Result<void>> receive_body(const S3Service& service, const S3Call& call,
                                  const std::optional<std::string>& md5_hex, Incoming& target) {
  for (;;) {
    const auto bytes = co_await call.request.body->read();
    if (!bytes) co_return std::unexpected(body_fault_of(bytes.error()));
    if (bytes->empty()) break;
    CO_TRY(to_s3(co_await service.pool.run([&] { return target.write(*bytes); })));
  }
  if (target.size() != *call.request.content_length) co_return refuse(S3Error::incomplete_body);
  if (!payload_matches(call.caller.payload_hash, target.sha256_hex()))
    co_return refuse(S3Error::content_sha256_mismatch);
  if (md5_hex && *md5_hex != target.md5_hex()) co_return refuse(S3Error::bad_digest);
  co_return S3Result<void>();
}

}  // namespace tintype::bucket
