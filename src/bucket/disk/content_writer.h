#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/text.h"
#include "bucket/disk/content_folder.h"
#include "crypto/digest.h"

namespace tintype::bucket {

/// Fills a new content file and digests what goes in. The file is in pending/ from the first byte
/// on, and is removed from there with this object unless somebody else answers for it by then
/// (release). Thread-compatible; blocks.
class ContentWriter {
 public:
  struct Limits {
    std::optional<std::uint64_t> size;  ///< As announced.
    std::uint64_t size_max;
  };
  /// Who asks for no MD5 need not pay for one: it is the slower of the two.
  enum class Digests { both, sha256 };
  ContentWriter(ContentFolder& folder, ContentFolder::File file, Limits limits,
                Digests digests = Digests::both)
      : folder_(folder), file_(std::move(file)), limits_(limits), digests_(digests) {}
  ~ContentWriter();
  ContentWriter(const ContentWriter&) = delete;
  ContentWriter& operator=(const ContentWriter&) = delete;

  /// Incoming::write.
  Status write(Bytes bytes);
  std::uint64_t size() const { return size_; }
  std::string sha256_hex();
  std::string md5_hex();  ///< With Digests::both only.

  /// Makes it survive a power cut; `damaged_input` with fewer bytes than announced.
  Status sync();
  /// The file's id; whoever asks answers for the file from now on.
  const std::string& release();

 private:
  void start_writeback();

  ContentFolder& folder_;
  const ContentFolder::File file_;
  const Limits limits_;
  const Digests digests_;
  std::uint64_t size_ = 0;
  std::uint64_t writeback_size_ = 0;  // Of size_, what the disk was told to begin with.
  crypto::Digest sha256_{crypto::DigestKind::sha256};
  crypto::Digest md5_{crypto::DigestKind::md5};
  std::string sha256_hex_;  // Empty until asked for; nothing may be written from then on.
  std::string md5_hex_;
  bool released_ = false;
};

}  // namespace tintype::bucket
