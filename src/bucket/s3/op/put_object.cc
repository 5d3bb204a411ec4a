// PutObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
#include <memory>
#include <utility>

#include "base/log.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/expiration.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/request/receive_body.h"
#include "bucket/s3/request/version_id.h"

namespace tintype::bucket {

S3Answer put_object(const S3Service& service, const S3Call& call) {
  const Instant begun_at = service.clock.now();
  CO_TRY_LET(PutRequest put, parse_put(call.request, call.caller));

  // Everything that can be refused is, before the first byte of the body is asked for: a client
  // that waits for 100 Continue never sends it.
  auto begun = co_await service.pool.run(
      [&] { return service.store.begin(call.bucket(), call.key(), put.options); });
  if (!begun) co_return std::unexpected(co_await refusal_of(service, call, begun.error()));
  std::unique_ptr<Upload> upload = *std::move(begun);

  if (auto received = co_await receive_body(service, call, std::move(put.body), *upload);
      !received) {
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
  http::Headers headers = {{"ETag", '"' + object->etag + '"'}};
  add_checksum(headers, object->checksum);
  add_version_id(headers, *object);
  CO_TRY(co_await add_expiration(service, *object, headers));
  co_return make_response(200, std::move(headers));
}

}  // namespace tintype::bucket
