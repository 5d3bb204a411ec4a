// The files of a store as they lie in its two folders (content_folder.h has their way from one to
// the other), for whoever only reads: also while another process has the store open.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace tintype::bucket {

/// Thread-safe.
class ContentFiles {
 public:
  /// `not_found` if there is no store in the folder.
  static Result<ContentFiles> open(const std::filesystem::path& folder);

  /// For reading. `not_found` if there is none.
  Result<Fd> read(const std::string& id) const;

  using Visit = std::function<Status(const std::string& id)>;
  /// Those in content/, in no order. What has another name is passed by.
  Status each_settled(const Visit& visit) const;

  /// Gives the file a second name, its id, in a folder of the same file system. False if there is
  /// no such file (any more); succeeds if it has that name.
  Result<bool> link_into(int folder, const std::string& id) const;

  /// The two folders.
  int content() const { return content_.get(); }
  int pending() const { return pending_.get(); }

 private:
  ContentFiles() = default;
  using Try = std::function<bool(int parent, const std::string& path)>;
  Result<bool> try_places(std::string_view action, const std::string& id, const Try& try_at) const;

  Fd content_;
  Fd pending_;
};

/// Where a file lies in content/: "ab/abcd...".
inline std::string content_path(const std::string& id) { return id.substr(0, 2) + '/' + id; }

/// Of our own disk: what it refuses is never the client's fault.
std::unexpected<Error> disk_error(std::string_view action, std::string_view object, int error);
Result<Fd> open_folder(int parent, const std::string& path);
/// The names in a folder that are ids, and to `other` the rest.
Status each_id(int parent, const std::string& path, const ContentFiles::Visit& visit,
               const std::function<void(const std::string& name)>& other = {});

/// Where a backup that is being made (backup.h) wants to have what is removed: in the store's
/// folder.
inline constexpr const char* kBackupFolder = "backup";
/// Removes that folder (given whole), into which others may be linking; succeeds if there is none.
Status remove_backup_folder(const std::filesystem::path& folder);

inline constexpr std::size_t kContentIdBytes = 16;  ///< Random; as hexadecimal twice as long.

}  // namespace tintype::bucket
