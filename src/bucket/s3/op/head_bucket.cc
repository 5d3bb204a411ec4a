// HeadBucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/require_bucket.h"

namespace tintype::bucket {

S3Answer head_bucket(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await require_bucket(service, call));
  co_return make_response(200, {{"x-amz-bucket-region", service.options.region}});
}

}  // namespace tintype::bucket
