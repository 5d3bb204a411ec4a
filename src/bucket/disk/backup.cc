#include "bucket/disk/backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "bucket/disk/content_files.h"
#include "bucket/disk/content_rows.h"
#include "sql/database.h"
#include "sql/snapshot.h"

namespace tintype::bucket {

namespace {

namespace fs = std::filesystem;

/// The second names of contents while a backup is made, in a folder of the store that goes with
/// them. It is locked; one that a kill left is taken by the next backup, or goes with the next
/// start.
class Links {
 public:
  static Result<std::unique_ptr<Links>> open(fs::path folder) {
    TRY(make_folders(folder));
    Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return errno_error("open folder", folder.string(), errno);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
      return fail(ErrorCode::conflict, "another backup of this store is being made");
    std::error_code ignored;  // What cannot be removed is linked already.
    for (const auto& entry : fs::directory_iterator(folder, ignored)) fs::remove(entry, ignored);
    return std::unique_ptr<Links>(new Links(std::move(folder), std::move(fd)));
  }
  ~Links() { (void)remove_backup_folder(folder_); }  // What stays goes with the next start.
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  int fd() const { return fd_.get(); }
  fs::path path_of(const std::string& id) const { return folder_ / id; }

 private:
  Links(fs::path folder, Fd fd) : folder_(std::move(folder)), fd_(std::move(fd)) {}
  const fs::path folder_;
  const Fd fd_;
};

/// Every content that the rows name, and where it lies.
using VisitNamed = std::function<Status(const std::string& id, bool is_part)>;
Status each_named(sql::Database& database, const VisitNamed& visit) {
  for (const std::string table : {"object", "object_version", "part"})
    TRY(each_content_row(
        database,
        "SELECT content_id FROM " + table + " WHERE content_id > :1 ORDER BY content_id LIMIT :2",
        [&](const sql::Row& row) { return visit(row.text(0), table == "part"); }));
  return {};
}

Result<std::uint64_t> copy_to(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error) return errno_error("copy to", to.string(), error.value());
  return fs::file_size(to, error);
}

class Backup {
 public:
  Backup(const ContentFiles& files, const Links& links, const fs::path& to)
      : files_(files), links_(links), to_(to) {}

  Status take_snapshot(const std::string& database_url) {
    TRY(sql::write_snapshot(database_url, database_file()));
    TRY_LET(database_, sql::Database::open("sqlite://" + database_file().string(), {.readers = 1}));
    return each_named(*database_, [&](const std::string& id, bool) -> Status {
      TRY_LET(const bool is_there, files_.link_into(links_.fd(), id));
      if (is_there || fs::exists(links_.path_of(id))) return {};
      return fail(ErrorCode::corrupt,
                  "content '" + id + "' is missing; tintype bucket scrub says of what");
    });
  }

  Result<BackedUp> copy_contents() {
    BackedUp done;
    TRY(each_named(*database_, [&](const std::string& id, bool is_part) -> Status {
      const fs::path folder = is_part ? to_ / "objects/pending"
                                      : (to_ / "objects/content" / content_path(id)).parent_path();
      TRY(make_folders(folder));
      TRY_LET(const std::uint64_t size, copy_to(links_.path_of(id), folder / id));
      ++done.contents;
      done.bytes += size;
      return {};
    }));
    database_.reset();
    return done;
  }

 private:
  fs::path database_file() const { return to_ / "tintype.db"; }

  const ContentFiles& files_;
  const Links& links_;
  const fs::path to_;
  std::unique_ptr<sql::Database> database_;  // The snapshot.
};

Status sync_all(const fs::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::syncfs(fd.get()) != 0) return errno_error("sync", folder.string(), errno);
  return {};
}

}  // namespace

Result<BackedUp> back_up(const fs::path& folder, const std::string& database_url,
                         const fs::path& to) {
  TRY_LET(const ContentFiles files, ContentFiles::open(folder));
  TRY_LET(const auto links, Links::open(folder / kBackupFolder));
  TRY(make_folders(to / "objects/content"));
  TRY(make_folders(to / "objects/pending"));
  Backup backup(files, *links, to);
  TRY(backup.take_snapshot(database_url));
  TRY_LET(const BackedUp done, backup.copy_contents());
  // After the rows: it must not be behind them.
  TRY(copy_to(folder / "sequencer", to / "objects/sequencer"));
  TRY(sync_all(to));
  return done;
}

}  // namespace tintype::bucket
