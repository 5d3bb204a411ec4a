// PutObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
#include <memory>
#include <utility>

#include "base/log.h"
#include "bucket/put_request.h"
#include "bucket/s3_operations.h"

namespace tintype::bucket {

namespace {

/// Of begin(): what an observer refuses, the client reads in the observer's words.
Task<S3Fault> refusal_of(const S3Service& service, const S3Call& call, Error error) {
  if (error.code == ErrorCode::denied)
    co_return S3Fault{.error = S3Error::access_denied, .message = std::move(error.message)};
  if (error.code == ErrorCode::invalid_argument)
    co_return S3Fault{.error = S3Error::invalid_request, .message = std::move(error.message)};
  co_return co_await refine_not_found(service, call, std::move(error));
}

S3Fault body_fault_of(Error error) {
  // From a body, `unavailable` is a client that stopped sending, not a server that is busy.
  const bool late = error.code == ErrorCode::unavailable;
  S3Fault fault = fault_of(std::move(error));
  if (late) fault.error = S3Error::request_timeout;
  return fault;
}

/// Reads the body into `upload` and compares it to what the client says of it.
Task<S3Result<void>> receive(const S3Service& service, const S3Call& call, const PutRequest& put,
                             Upload& upload) {
  for (;;) {
    const auto bytes = co_await call.request.body->read();
    if (!bytes) co_return std::unexpected(body_fault_of(bytes.error()));
    if (bytes->empty()) break;
    CO_TRY(to_s3(co_await service.pool.run([&] { return upload.write(*bytes); })));
  }
  if (upload.size() != *put.options.size) co_return refuse(S3Error::incomplete_body);
  if (!payload_matches(call.caller.payload_hash, upload.sha256_hex()))
    co_return refuse(S3Error::content_sha256_mismatch);
  if (put.md5_hex && *put.md5_hex != upload.md5_hex()) co_return refuse(S3Error::bad_digest);
  co_return S3Result<void>();
}

/// Removing what was written so far may take the disk a while: not on the loop.
void discard(BlockingPool& pool, std::unique_ptr<Upload> upload) {
  pool.try_post([dropped = std::move(upload)]() mutable { dropped.reset(); });
}

}  // namespace

S3Answer put_object(const S3Service& service, const S3Call& call) {
  const Instant begun_at = service.clock.now();
  if (call.caller.payload_hash.starts_with("STREAMING-"))
    co_return refuse(S3Error::not_implemented,
                     "Bodies in signed chunks (" + call.caller.payload_hash +
                         ") are not implemented; send the body's SHA-256 or UNSIGNED-PAYLOAD.");
  if (!call.request.content_length) co_return refuse(S3Error::missing_content_length);
  CO_TRY_LET(const PutRequest put, parse_put(call.request, call.caller));

  // Everything that can be refused is, before the first byte of the body is asked for: a client
  // that waits for 100 Continue never sends it.
  auto begun = co_await service.pool.run(
      [&] { return service.store.begin(call.bucket(), call.key(), put.options); });
  if (!begun) co_return std::unexpected(co_await refusal_of(service, call, begun.error()));
  std::unique_ptr<Upload> upload = *std::move(begun);

  if (auto received = co_await receive(service, call, put, *upload); !received) {
    discard(service.pool, std::move(upload));
    co_return std::unexpected(std::move(received).error());
  }
  const auto object = co_await service.pool.run([&] { return upload->commit(); });
  if (!object) {
    discard(service.pool, std::move(upload));
    co_return std::unexpected(co_await refine_not_found(service, call, object.error()));
  }
  log(LogLevel::info, "object stored",
      {{"request", call.request.id},
       {"bucket", call.bucket().str()},
       {"key", call.key().str()},
       {"size", object->size},
       {"duration_ms", (service.clock.now() - begun_at).count()}});
  co_return make_response(200, {{"ETag", '"' + object->etag + '"'}});
}

}  // namespace tintype::bucket
