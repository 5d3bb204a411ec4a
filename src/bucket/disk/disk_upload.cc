#include "bucket/disk/disk_upload.h"

#include <utility>

namespace tintype::bucket {

Result<ObjectInfo> DiskUpload::commit() {
  TRY(content_.sync());
  const PutOptions& options = target_.options;
  ObjectInfo object{.bucket = target_.bucket,
                    .key = target_.key,
                    .size = content_.size(),
                    .etag = content_.md5_hex(),
                    .sha256 = content_.sha256_hex(),
                    .content_type = options.content_type,
                    .cache_control = options.cache_control,
                    .metadata = options.metadata,
                    .sequencer = {},
                    .modified_at = {},
                    .headers = options.headers,
                    .tags = options.tags,
                    .checksum = checksum()};
  return publisher_.publish(std::move(object), content_.release(), options);
}

}  // namespace tintype::bucket
