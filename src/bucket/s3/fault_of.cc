// What an error of the store is to a client.
#include <utility>

#include "bucket/s3/operations.h"

namespace tintype::bucket {

Task<S3Fault> refine_not_found(const S3Service& service, const S3Call& call, Error error) {
  if (error.code != ErrorCode::not_found) co_return fault_of(std::move(error));
  const auto exists =
      co_await service.pool.run([&] { return service.store.bucket_exists(call.bucket()); });
  if (!exists) co_return fault_of(exists.error());
  co_return S3Fault{.error = *exists ? S3Error::no_such_key : S3Error::no_such_bucket};
}

Task<S3Fault> refusal_of(const S3Service& service, const S3Call& call, Error error) {
  if (error.code == ErrorCode::denied)
    co_return S3Fault{.error = S3Error::access_denied, .message = std::move(error.message)};
  if (error.code == ErrorCode::invalid_argument)
    co_return S3Fault{.error = S3Error::invalid_request, .message = std::move(error.message)};
  co_return co_await refine_not_found(service, call, std::move(error));
}

Task<S3Fault> multipart_fault_of(const S3Service& service, const S3Call& call, Error error) {
  S3Fault fault = co_await refusal_of(service, call, std::move(error));
  if (fault.error == S3Error::no_such_key) fault.error = S3Error::no_such_upload;
  co_return fault;
}

}  // namespace tintype::bucket
