#include "bucket/disk/content_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace tintype::bucket {

namespace {

bool is_hex(std::string_view name) {
  return std::ranges::all_of(
      name, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// All names in a folder but "." and "..".
Status each_name(int parent, const std::string& path,
                 const std::function<Status(const std::string&)>& visit) {
  TRY_LET(Fd fd, open_folder(parent, path));
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(fd.get()), &::closedir);
  if (!entries) return disk_error("list", path, errno);
  fd.release();  // closedir() closes it.
  errno = 0;
  while (const dirent* const entry = ::readdir(entries.get())) {
    const std::string name = &entry->d_name[0];
    if (name != "." && name != "..") TRY(visit(name));
    errno = 0;
  }
  if (errno != 0) return disk_error("list", path, errno);
  return {};
}

}  // namespace

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

Status each_id(int parent, const std::string& path, const ContentFiles::Visit& visit,
               const std::function<void(const std::string& name)>& other) {
  return each_name(parent, path, [&](const std::string& name) -> Status {
    if (name.size() == 2 * kContentIdBytes && is_hex(name)) return visit(name);
    if (other) other(name);
    return {};
  });
}

Status remove_backup_folder(const std::filesystem::path& folder) {
  // Under another name nobody adds to it any more.
  const std::filesystem::path gone = folder.string() + ".gone";
  std::error_code error;
  std::filesystem::remove_all(gone, error);
  if (error) return disk_error("remove", gone.string(), error.value());
  if (::rename(folder.c_str(), gone.c_str()) != 0)
    return errno == ENOENT ? Status() : disk_error("remove", folder.string(), errno);
  std::filesystem::remove_all(gone, error);
  if (error) return disk_error("remove", gone.string(), error.value());
  return {};
}

Result<ContentFiles> ContentFiles::open(const std::filesystem::path& folder) {
  ContentFiles files;
  const Fd top(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top) return errno_error("open store", folder.string(), errno);
  TRY_LET(files.content_, open_folder(top.get(), "content"));
  TRY_LET(files.pending_, open_folder(top.get(), "pending"));
  return files;
}

/// Wherever the file is. It may be settled between the first look and the second, so there is a
/// third. False if it is nowhere; `try_at` leaves errno.
Result<bool> ContentFiles::try_places(std::string_view action, const std::string& id,
                                      const Try& try_at) const {
  const std::string settled = content_path(id);
  const std::pair<int, const std::string&> places[] = {
      {content(), settled}, {pending(), id}, {content(), settled}};
  for (const auto& [parent, path] : places) {
    if (try_at(parent, path)) return true;
    if (errno != ENOENT) return disk_error(action, id, errno);
  }
  return false;
}

Result<Fd> ContentFiles::read(const std::string& id) const {
  Fd fd;
  TRY_LET(const bool is_open, try_places("open", id, [&](int parent, const std::string& path) {
            fd = Fd(::openat(parent, path.c_str(), O_RDONLY | O_CLOEXEC));
            return static_cast<bool>(fd);
          }));
  if (!is_open) return fail(ErrorCode::not_found, "content '" + id + "': no such file");
  return fd;
}

Status ContentFiles::each_settled(const Visit& visit) const {
  return each_name(content_.get(), ".", [&](const std::string& name) -> Status {
    return name.size() == 2 && is_hex(name) ? each_id(content_.get(), name, visit) : Status();
  });
}

Result<bool> ContentFiles::link_into(int folder, const std::string& id) const {
  return try_places("link", id, [&](int parent, const std::string& path) {
    return ::linkat(parent, path.c_str(), folder, id.c_str(), 0) == 0 || errno == EEXIST;
  });
}

}  // namespace tintype::bucket
