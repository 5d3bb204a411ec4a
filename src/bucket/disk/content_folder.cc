#include "bucket/disk/content_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>

#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kIdBytes = 16;  // Random; as hexadecimal twice as long.
constexpr int kFanOut = 256;          // Folders in content/: a million objects are 4,000 in each.

std::string pending_path(const std::string& id) { return id; }
std::string content_path(const std::string& id) { return id.substr(0, 2) + '/' + id; }

bool is_id(std::string_view name) {
  return name.size() == 2 * kIdBytes && std::ranges::all_of(name, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// Of our own disk: what it refuses is never the client's fault.
std::unexpected<Error> disk_error(std::string_view action, std::string_view object, int error) {
  auto failure = errno_error(action, object, error);
  const ErrorCode code = failure.error().code;
  const bool may_pass =
      code == ErrorCode::unavailable || code == ErrorCode::denied || code == ErrorCode::too_large;
  failure.error().code = may_pass ? ErrorCode::unavailable : ErrorCode::internal;
  return failure;
}

Result<Fd> open_folder(int parent, const std::string& path) {
  Fd fd(::openat(parent, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return disk_error("open folder", path, errno);
  return fd;
}

Status make_folder(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST)
    return disk_error("create folder", name, errno);
  return {};
}

}  // namespace

Result<std::unique_ptr<ContentFolder>> ContentFolder::open(const std::filesystem::path& folder) {
  TRY(make_folders(folder));
  std::unique_ptr<ContentFolder> made(new ContentFolder);
  TRY_LET(made->folder_, open_folder(AT_FDCWD, folder.string()));
  if (::flock(made->folder_.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::conflict,
                "lock '" + folder.string() + "': another process has this store open");
  TRY(make_folder(made->folder_.get(), "content"));
  TRY(make_folder(made->folder_.get(), "pending"));
  TRY_LET(made->content_, open_folder(made->folder_.get(), "content"));
  TRY_LET(made->pending_, open_folder(made->folder_.get(), "pending"));
  for (int i = 0; i < kFanOut; ++i) {
    const auto byte = static_cast<std::byte>(i);
    TRY(make_folder(made->content_.get(), to_hex(Bytes(&byte, 1))));
  }
  // create() syncs names inside pending/; pending/ itself must not get lost above them.
  if (::fsync(made->folder_.get()) != 0) return disk_error("sync", folder.string(), errno);
  return made;
}

Result<ContentFolder::File> ContentFolder::create() {
  File file{.id = to_hex(as_bytes(random_bytes(kIdBytes))), .fd = Fd()};
  file.fd = Fd(::openat(pending_.get(), pending_path(file.id).c_str(),
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.fd) return disk_error("create", "pending/" + file.id, errno);
  const std::lock_guard lock(mutex_);
  unsettled_.insert(file.id);
  return file;
}

Status ContentFolder::sync(const File& file) {
  // The row may be on another disk or in another journal than this file, so both of these must be
  // down before it: the bytes and the size (fdatasync keeps it), and the name by which a start
  // finds them. Nothing else of the file's way needs a sync.
  if (::fdatasync(file.fd.get()) != 0) return disk_error("sync", "pending/" + file.id, errno);
  if (::fsync(pending_.get()) != 0) return disk_error("sync", "pending", errno);
  return {};
}

Status ContentFolder::settle(const std::string& id) {
  const std::lock_guard lock(mutex_);
  // Somebody took the row away since it committed: theirs is the file now.
  if (unsettled_.erase(id) == 0) return {};
  return move_to_content(id);
}

Status ContentFolder::settle_left_over(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return move_to_content(id);
}

Status ContentFolder::move_to_content(const std::string& id) {
  if (::renameat(pending_.get(), pending_path(id).c_str(), content_.get(),
                 content_path(id).c_str()) != 0)
    return disk_error("settle", id, errno);
  return {};
}

Status ContentFolder::unsettle(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (unsettled_.erase(id) == 1) return {};  // Still in pending/, and stays there.
  // ENOENT: an earlier commit that failed has moved it already.
  if (::renameat(content_.get(), content_path(id).c_str(), pending_.get(),
                 pending_path(id).c_str()) != 0 &&
      errno != ENOENT)
    return disk_error("unsettle", id, errno);
  return {};
}

Status ContentFolder::discard(const std::string& id) {
  const std::lock_guard lock(mutex_);
  unsettled_.erase(id);
  if (::unlinkat(pending_.get(), pending_path(id).c_str(), 0) == 0) return {};
  // In content/ still if unsettle() could not move it, such as on a full disk.
  if (errno == ENOENT && ::unlinkat(content_.get(), content_path(id).c_str(), 0) == 0) return {};
  if (errno != ENOENT) return disk_error("remove", id, errno);
  return {};
}

Result<Fd> ContentFolder::read(const std::string& id) const {
  Fd fd(::openat(content_.get(), content_path(id).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT)
    fd = Fd(::openat(pending_.get(), pending_path(id).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) return fd;
  if (errno == ENOENT) return fail(ErrorCode::not_found, "content '" + id + "': no such file");
  return disk_error("open", id, errno);
}

Result<std::vector<std::string>> ContentFolder::pending_ids() const {
  TRY_LET(Fd fd, open_folder(folder_.get(), "pending"));
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(fd.get()), &::closedir);
  if (!entries) return disk_error("list", "pending", errno);
  fd.release();  // closedir() closes it.

  std::vector<std::string> ids;
  errno = 0;
  while (const dirent* const entry = ::readdir(entries.get())) {
    const std::string name = &entry->d_name[0];
    if (is_id(name))
      ids.push_back(name);
    else if (name != "." && name != "..")
      log(LogLevel::warning, "unknown file found among pending objects", {{"name", name}});
    errno = 0;
  }
  if (errno != 0) return disk_error("list", "pending", errno);
  return ids;
}

}  // namespace tintype::bucket
