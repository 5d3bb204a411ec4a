#include "bucket/read_content.h"

#include <unistd.h>

#include <cerrno>

namespace tintype::bucket {

Result<std::string> read_content(const Object& object) {
  const std::string& name = object.info.key.str();
  std::string bytes(object.info.size, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::pread(object.content.get(), bytes.data() + size, bytes.size() - size,
                                static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("read content of", name, errno);
    if (got == 0) return fail(ErrorCode::corrupt, "read content of '" + name + "': cut short");
    size += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace tintype::bucket
