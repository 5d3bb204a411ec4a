// Where contents lie, each under a random id:
//
//              sync, then the row commits              the row is gone or names another
//   create ──▶ pending/<id> ──settle──▶ content/ab/<id> ──unsettle──▶ pending/<id> ──▶ discard
//
// Invariant: a file in content/ is named by a row. About a file in pending/ only the database can
// tell, so pending/ is all that a start has to look at, however big the store is.
// docs/formats/objects.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "bucket/disk/content_files.h"

namespace tintype::bucket {

/// Errors: `unavailable` for a disk that is full, read-only or out of descriptors, `internal`
/// otherwise. Thread-safe.
class ContentFolder {
 public:
  /// Makes what is missing and locks the folder; `conflict` if another process has it. No content
  /// takes what must stay free on its disk, `free_min` in bytes.
  static Result<std::unique_ptr<ContentFolder>> open(const std::filesystem::path& folder,
                                                     std::uint64_t free_min = 0);

  struct File {
    std::string id;
    Fd fd;
  };
  /// A new, empty file in pending/; `unavailable` if there is no room for `size` bytes.
  Result<File> create(std::uint64_t size = 0);
  /// `unavailable` if so many more bytes take what must stay free.
  Status check_room(std::uint64_t size) const;
  /// Makes its bytes and its name in pending/ survive a power cut.
  Status sync(const File& file);

  /// After the commit of the row that names `id`. Not synced: a rename that a power cut loses is
  /// made again at the next start.
  Status settle(const std::string& id);
  /// Before the commit that takes the row away. If that commit fails, the file is read from
  /// pending/ from then on.
  Status unsettle(const std::string& id);
  /// Removes the file, wherever it is. Succeeds if there is none.
  Status discard(const std::string& id);

  /// For reading. `not_found` if there is none.
  Result<Fd> read(const std::string& id) const { return files_.read(id); }

  /// What an earlier crash left in pending/. To be asked before the first create().
  Result<std::vector<std::string>> pending_ids() const;
  /// settle() for one of these, whose row exists.
  Status settle_left_over(const std::string& id);

 private:
  ContentFolder(Fd folder, ContentFiles files, std::uint64_t free_min)
      : folder_(std::move(folder)), files_(std::move(files)), free_min_(free_min) {}
  Status move_to_content(const std::string& id);
  void keep_for_backup(const std::string& id);

  const Fd folder_;  // Locked.
  const ContentFiles files_;
  const std::uint64_t free_min_;
  std::mutex mutex_;  // Guards unsettled_, and settle() against unsettle().
  /// Made by create() and not settled yet. Who takes such a row away leaves the file in pending/,
  /// and the settle() that comes too late does nothing.
  std::set<std::string> unsettled_;
};

}  // namespace tintype::bucket
