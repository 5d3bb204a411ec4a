#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/fd.h"
#include "base/result.h"

namespace tintype::bucket {

/// The bytes of an object that was opened: those of that write, whatever happens to the object
/// meanwhile. Thread-compatible; blocks.
class Content {
 public:
  virtual ~Content() = default;
  /// Up to `buffer.size()` bytes from `offset` on; 0 only at the end. Cheapest where the last one
  /// ended. `conflict` if the object is elsewhere and has been replaced, `unavailable` if that
  /// place does not answer.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) = 0;
  /// A file with all of it from its beginning on, for who wants a descriptor: fetched first if the
  /// object is elsewhere. Once, and nothing may be read after it.
  virtual Result<Fd> to_file() = 0;
};

/// One that is a file already.
class FileContent final : public Content {
 public:
  explicit FileContent(Fd file) : file_(std::move(file)) {}
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> buffer) override;
  Result<Fd> to_file() override { return std::move(file_); }

 private:
  Fd file_;
};

}  // namespace tintype::bucket
