#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <functional>

#include "base/random.h"

namespace tintype {

Result<Fd> open_file(const std::filesystem::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return errno_error("open", path.string(), errno);
  return fd;
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t size_max) {
  TRY_LET(const Fd fd, open_file(path));
  // One byte more than allowed: reading it is how we learn that the file is too big, even if it
  // grows while we read.
  TRY_LET(const std::uint64_t expected, file_size(fd.get()));
  if (expected > size_max)
    return fail(ErrorCode::too_large, "read '" + path.string() + "': over the limit");
  std::string content;
  std::size_t size = 0;
  for (;;) {
    if (content.size() == size) content.resize(size == 0 ? expected + 1 : size * 2);
    const ssize_t got = ::read(fd.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("read", path.string(), errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > size_max)
      return fail(ErrorCode::too_large, "read '" + path.string() + "': over the limit");
  }
  content.resize(size);
  return content;
}

Status write_all(int fd, Bytes bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t got = ::write(fd, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("write", path.string(), errno);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Status sync_content(int fd, const std::filesystem::path& path) {
  if (::fdatasync(fd) != 0) return errno_error("sync", path.string(), errno);
  return {};
}

Status sync_folder(const std::filesystem::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return errno_error("open", folder.string(), errno);
  if (::fsync(fd.get()) != 0) return errno_error("sync", folder.string(), errno);
  return {};
}

namespace {

/// Writes a neighbour and lets `publish` give it the name; a neighbour that is left goes away.
Status write_beside(const std::filesystem::path& path, std::string_view content, unsigned mode,
                    const std::function<Status(const std::filesystem::path& next)>& publish) {
  const std::filesystem::path next = path.string() + "." + make_id() + ".new";
  Fd fd(::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) return errno_error("create", next.string(), errno);
  Status written = write_all(fd.get(), as_bytes(content), next);
  if (written) written = sync_content(fd.get(), next);
  if (written) written = publish(next);
  if (!written) {
    ::unlink(next.c_str());
    return written;
  }
  return sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace

Status write_file(const std::filesystem::path& path, std::string_view content, unsigned mode) {
  return write_beside(path, content, mode, [&](const std::filesystem::path& next) -> Status {
    if (::rename(next.c_str(), path.c_str()) == 0) return {};
    return errno_error("rename to", path.string(), errno);
  });
}

Status write_new_file(const std::filesystem::path& path, std::string_view content, unsigned mode) {
  return write_beside(path, content, mode, [&](const std::filesystem::path& next) -> Status {
    // Unlike rename(2), link(2) takes no other's place.
    if (::link(next.c_str(), path.c_str()) != 0) {
      if (errno == EEXIST) return fail(ErrorCode::conflict, path.string() + ": exists");
      return errno_error("link to", path.string(), errno);
    }
    ::unlink(next.c_str());
    return {};
  });
}

Status make_folders(const std::filesystem::path& folder, unsigned mode) {
  std::filesystem::path so_far;
  for (const auto& part : folder) {
    so_far /= part;
    if (so_far.empty() || part == "/" || part == ".") continue;
    if (::mkdir(so_far.c_str(), mode) == 0) continue;
    const int error = errno;
    std::error_code ignored;  // A file of that name is no folder, and what cannot be seen is none.
    if (error != EEXIST || !std::filesystem::is_directory(so_far, ignored))
      return errno_error("create folder", so_far.string(), error);
  }
  return {};
}

Result<std::uint64_t> file_size(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return errno_error("stat", std::to_string(fd), errno);
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace tintype
