// DeleteObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
#include "base/log.h"
#include "bucket/s3/operations.h"

namespace tintype::bucket {

S3Answer delete_object(const S3Service& service, const S3Call& call) {
  if (call.request.headers.has("If-Match"))
    co_return refuse(S3Error::not_implemented, "A conditional delete is not implemented.");
  const Instant begun_at = service.clock.now();
  const Status removed =
      co_await service.pool.run([&] { return service.store.remove(call.bucket(), call.key()); });
  if (!removed)
    co_return std::unexpected(co_await refine_not_found(service, call, removed.error()));
  log(LogLevel::info, "object deleted",
      {{"request", call.request.id},
       {"bucket", call.bucket().str()},
       {"key", call.key().str()},
       {"duration_ms", (service.clock.now() - begun_at).count()}});
  co_return make_response(204);
}

}  // namespace tintype::bucket
