// HeadBucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
#include "bucket/s3/operations.h"

namespace tintype::bucket {

S3Answer head_bucket(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(
      const bool exists,
      to_s3(co_await service.pool.run([&] { return service.store.bucket_exists(call.bucket()); })));
  if (!exists) co_return refuse(S3Error::no_such_bucket);
  co_return make_response(200, {{"x-amz-bucket-region", service.options.region}});
}

}  // namespace tintype::bucket
