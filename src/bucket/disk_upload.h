#pragma once

#include <string>

#include "bucket/publisher.h"
#include "bucket/store.h"
#include "crypto/digest.h"

namespace tintype::bucket {

/// The file is in pending/ from the first byte on, and is removed from there unless it is
/// committed.
class DiskUpload final : public Upload {
 public:
  struct Target {
    BucketName bucket;
    Key key;
    PutOptions options;
    std::uint64_t size_max;
  };
  DiskUpload(Publisher& publisher, Target target, ContentFolder::File file)
      : publisher_(publisher), target_(std::move(target)), file_(std::move(file)) {}
  ~DiskUpload() override;
  DiskUpload(const DiskUpload&) = delete;
  DiskUpload& operator=(const DiskUpload&) = delete;

  Status write(Bytes bytes) override;
  std::uint64_t size() const override { return size_; }
  std::string sha256_hex() override;
  std::string md5_hex() override;
  Result<ObjectInfo> commit() override;

 private:
  void start_writeback();

  Publisher& publisher_;
  const Target target_;
  const ContentFolder::File file_;
  std::uint64_t size_ = 0;
  std::uint64_t writeback_size_ = 0;  // Of size_, what the disk was told to begin with.
  crypto::Digest sha256_{crypto::DigestKind::sha256};
  crypto::Digest md5_{crypto::DigestKind::md5};
  std::string sha256_hex_;  // Empty until asked for; nothing may be written from then on.
  std::string md5_hex_;
  bool published_ = false;  // From then on the Publisher answers for the file.
};

}  // namespace tintype::bucket
