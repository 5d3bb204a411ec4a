#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace tintype::bucket {

/// Bytes that wait to be sent: in a file without a name, so that they cost no memory, can be sent
/// again, and are gone with the process. Thread-compatible; blocks.
class Spool {
 public:
  static Result<Spool> open(const std::filesystem::path& folder);

  Status write(Bytes bytes);
  /// To begin anew.
  Status clear();
  std::uint64_t size() const { return size_; }
  int fd() const { return file_.get(); }
  /// Of what it holds; nothing may be written until clear().
  std::string sha256_hex() { return to_hex(as_bytes(sha256_.finish())); }
  Fd take() { return std::move(file_); }

 private:
  explicit Spool(Fd file) : file_(std::move(file)) {}

  Fd file_;
  std::uint64_t size_ = 0;
  crypto::Digest sha256_{crypto::DigestKind::sha256};
};

}  // namespace tintype::bucket
