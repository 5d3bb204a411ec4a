#include "bucket/content.h"

#include <unistd.h>

#include <cerrno>

namespace tintype::bucket {

Result<std::size_t> FileContent::read(std::uint64_t offset, std::span<std::byte> buffer) {
  for (;;) {
    const ssize_t got =
        ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return errno_error("read", "content", errno);
  }
}

}  // namespace tintype::bucket
