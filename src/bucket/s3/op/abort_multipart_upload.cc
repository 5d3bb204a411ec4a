// AbortMultipartUpload.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
#include "base/log.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/multipart_request.h"

namespace tintype::bucket {

S3Answer abort_multipart_upload(const S3Service& service, const S3Call& call) {
  const Status aborted = co_await service.pool.run(
      [&] { return service.store.multiparts().abort(multipart_name_of(call)); });
  if (!aborted)
    co_return std::unexpected(co_await multipart_fault_of(service, call, aborted.error()));
  log(LogLevel::info, "upload in parts aborted",
      {{"request", call.request.id}, {"bucket", call.bucket().str()}, {"key", call.key().str()}});
  co_return make_response(204);
}

}  // namespace tintype::bucket
