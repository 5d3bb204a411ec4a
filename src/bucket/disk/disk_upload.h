#pragma once

#include <string>

#include "bucket/disk/content_writer.h"
#include "bucket/disk/publisher.h"
#include "bucket/store.h"

namespace tintype::bucket {

/// An Upload whose content becomes a file.
class DiskUpload final : public Upload {
 public:
  struct Target {
    BucketName bucket;
    Key key;
    PutOptions options;
    std::uint64_t size_max;
  };
  DiskUpload(Publisher& publisher, Target target, ContentFolder::File file)
      : publisher_(publisher),
        target_(std::move(target)),
        content_(publisher.folder(), std::move(file),
                 {.size = target_.options.size, .size_max = target_.size_max}) {}

  Status write(Bytes bytes) override { return content_.write(bytes); }
  std::uint64_t size() const override { return content_.size(); }
  std::string sha256_hex() override { return content_.sha256_hex(); }
  std::string md5_hex() override { return content_.md5_hex(); }
  Result<ObjectInfo> commit() override;

 private:
  Publisher& publisher_;
  const Target target_;
  ContentWriter content_;
};

}  // namespace tintype::bucket
