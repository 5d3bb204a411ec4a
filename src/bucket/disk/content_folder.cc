#include "bucket/disk/content_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr int kFanOut = 256;  // Folders in content/: a million objects are 4,000 in each.

std::string pending_path(const std::string& id) { return id; }

Status make_folder(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0700) != 0 && errno != EEXIST)
    return disk_error("create folder", name, errno);
  return {};
}

/// Of a backup that was killed: without it, what is removed would stay for ever.
void remove_left_backup(const std::filesystem::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return;  // It is being made.
  if (const Status removed = remove_backup_folder(folder); !removed)
    log(LogLevel::warning, "rest of a backup not removed", {{"error", removed.error().message}});
}

}  // namespace

Result<std::unique_ptr<ContentFolder>> ContentFolder::open(const std::filesystem::path& folder,
                                                           std::uint64_t free_min) {
  TRY(make_folders(folder));
  TRY_LET(Fd locked, open_folder(AT_FDCWD, folder.string()));
  if (::flock(locked.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::conflict,
                "lock '" + folder.string() + "': another process has this store open");
  remove_left_backup(folder / kBackupFolder);
  TRY(make_folder(locked.get(), "content"));
  TRY(make_folder(locked.get(), "pending"));
  TRY_LET(ContentFiles files, ContentFiles::open(folder));
  for (int i = 0; i < kFanOut; ++i) {
    const auto byte = static_cast<std::byte>(i);
    TRY(make_folder(files.content(), to_hex(Bytes(&byte, 1))));
  }
  // create() syncs names inside pending/; pending/ itself must not get lost above them.
  if (::fsync(locked.get()) != 0) return disk_error("sync", folder.string(), errno);
  return std::unique_ptr<ContentFolder>(
      new ContentFolder(std::move(locked), std::move(files), free_min));
}

Status ContentFolder::check_room(std::uint64_t size) const {
  struct statvfs disk{};
  if (::fstatvfs(folder_.get(), &disk) != 0) return disk_error("ask the disk of", "pending", errno);
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= free_min_ && free - free_min_ >= size) return {};
  return fail(ErrorCode::unavailable, "disk: " + std::to_string(free) + " bytes free, of which " +
                                          std::to_string(free_min_) + " are kept");
}

Result<ContentFolder::File> ContentFolder::create(std::uint64_t size) {
  TRY(check_room(size));
  File file{.id = to_hex(as_bytes(random_bytes(kContentIdBytes))), .fd = Fd()};
  file.fd = Fd(::openat(files_.pending(), pending_path(file.id).c_str(),
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
  if (::fsync(files_.pending()) != 0) return disk_error("sync", "pending", errno);
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
  if (::renameat(files_.pending(), pending_path(id).c_str(), files_.content(),
                 content_path(id).c_str()) != 0)
    return disk_error("settle", id, errno);
  return {};
}

Status ContentFolder::unsettle(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (unsettled_.erase(id) == 1) return {};  // Still in pending/, and stays there.
  // ENOENT: an earlier commit that failed has moved it already.
  if (::renameat(files_.content(), content_path(id).c_str(), files_.pending(),
                 pending_path(id).c_str()) != 0 &&
      errno != ENOENT)
    return disk_error("unsettle", id, errno);
  return {};
}

/// Mostly there is no backup being made, and so no folder.
void ContentFolder::keep_for_backup(const std::string& id) {
  const std::string kept = std::string(kBackupFolder) + '/' + id;
  if (::linkat(files_.pending(), pending_path(id).c_str(), folder_.get(), kept.c_str(), 0) != 0)
    (void)::linkat(files_.content(), content_path(id).c_str(), folder_.get(), kept.c_str(), 0);
}

Status ContentFolder::discard(const std::string& id) {
  const std::lock_guard lock(mutex_);
  unsettled_.erase(id);
  keep_for_backup(id);
  if (::unlinkat(files_.pending(), pending_path(id).c_str(), 0) == 0) return {};
  // In content/ still if unsettle() could not move it, such as on a full disk.
  if (errno == ENOENT && ::unlinkat(files_.content(), content_path(id).c_str(), 0) == 0) return {};
  if (errno != ENOENT) return disk_error("remove", id, errno);
  return {};
}

Result<std::vector<std::string>> ContentFolder::pending_ids() const {
  std::vector<std::string> ids;
  const auto keep = [&](const std::string& id) -> Status {
    ids.push_back(id);
    return {};
  };
  TRY(each_id(folder_.get(), "pending", keep, [](const std::string& name) {
    log(LogLevel::warning, "unknown file found among pending objects", {{"name", name}});
  }));
  return ids;
}

}  // namespace tintype::bucket
