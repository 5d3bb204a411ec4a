// DeleteBucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
#include "base/log.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/rule/bucket_rules.h"

namespace tintype::bucket {

S3Answer delete_bucket(const S3Service& service, const S3Call& call) {
  const Status removed =
      co_await service.pool.run([&] { return service.store.remove_bucket(call.bucket()); });
  service.rules.forget(call.bucket());
  if (!removed && removed.error().code == ErrorCode::conflict)
    co_return refuse(S3Error::bucket_not_empty);
  if (!removed)
    co_return std::unexpected(co_await refine_not_found(service, call, removed.error()));
  log(LogLevel::info, "bucket deleted",
      {{"request", call.request.id}, {"bucket", call.bucket().str()}});
  co_return make_response(204);
}

}  // namespace tintype::bucket
