#include "bucket/store.h"

namespace tintype::bucket {

Result<ObjectInfo> Store::put(const BucketName& bucket, const Key& key, Bytes content,
                              PutOptions options) {
  options.size = content.size();
  TRY_LET(const std::unique_ptr<Upload> upload, begin(bucket, key, std::move(options)));
  TRY(upload->write(content));
  return upload->commit();
}

Result<bool> Store::bucket_exists(const BucketName& bucket) {
  const auto found = find_bucket(bucket);
  if (found) return true;
  if (found.error().code == ErrorCode::not_found) return false;
  return std::unexpected(found.error());
}

}  // namespace tintype::bucket
