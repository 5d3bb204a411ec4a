// DeleteObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
#include "base/log.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/request/remove_condition.h"
#include "bucket/s3/request/version_id.h"

namespace tintype::bucket {

S3Answer delete_object(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const RemoveCondition condition, parse_remove_condition(call.request.headers));
  const Instant begun_at = service.clock.now();
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  const Writer writer = writer_of(call.request, call.caller);
  const auto removed = co_await service.pool.run(
      [&] { return remove_named(service.store, name, condition, writer); });
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
