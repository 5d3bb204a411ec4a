#pragma once

#include <cstdint>
#include <filesystem>

#include "base/fd.h"
#include "base/result.h"
#include "base/text.h"

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
  Fd take() { return std::move(file_); }

 private:
  explicit Spool(Fd file) : file_(std::move(file)) {}

  Fd file_;
  std::uint64_t size_ = 0;
};

}  // namespace tintype::bucket
