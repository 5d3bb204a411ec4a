#include "bucket/remote/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"

namespace tintype::bucket {

Result<Spool> Spool::open(const std::filesystem::path& folder) {
  Fd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return errno_error("make a file in", folder.string(), errno);
  return Spool(std::move(file));
}

Status Spool::write(Bytes bytes) {
  TRY(write_all(file_.get(), bytes, "spool"));
  size_ += bytes.size();
  return {};
}

Status Spool::clear() {
  if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0)
    return errno_error("empty", "spool", errno);
  size_ = 0;
  return {};
}

}  // namespace tintype::bucket
