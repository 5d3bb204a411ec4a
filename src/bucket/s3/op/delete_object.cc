// DeleteObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
#include "base/log.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/request/version_id.h"

namespace tintype::bucket {

S3Answer delete_object(const S3Service& service, const S3Call& call) {
  for (const char* const name : {"x-amz-if-match-size", "x-amz-if-match-last-modified-time"})
    if (call.request.headers.has(name))
      co_return refuse(S3Error::not_implemented,
                       std::string("The header '") + name + "' is not implemented.");
  CO_TRY_LET(const Precondition precondition, parse_precondition(call.request.headers));
  const Instant begun_at = service.clock.now();
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  const auto removed =
      co_await service.pool.run([&] { return remove_named(service.store, name, precondition); });
  if (!removed)
    co_return std::unexpected(co_await refine_not_found(service, call, removed.error()));
  log(LogLevel::info, "object deleted",
      {{"request", call.request.id},
       {"bucket", call.bucket().str()},
       {"key", call.key().str()},
       {"duration_ms", (service.clock.now() - begun_at).count()}});
  http::Response response = make_response(204);
  if (removed->is_marker) response.headers.set("x-amz-delete-marker", "true");
  if (!removed->version_id.empty()) response.headers.set("x-amz-version-id", removed->version_id);
  co_return response;
}

}  // namespace tintype::bucket
