#include "bucket/s3/request/require_bucket.h"

namespace tintype::bucket {

Task<S3Result<void>> require_bucket(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(
      const bool exists,
      to_s3(co_await service.pool.run([&] { return service.store.bucket_exists(call.bucket()); })));
  if (!exists) co_return refuse(S3Error::no_such_bucket);
  co_return S3Result<void>();
}

}  // namespace tintype::bucket
