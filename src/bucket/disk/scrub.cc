#include "bucket/disk/scrub.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/text.h"
#include "bucket/disk/content_files.h"
#include "bucket/disk/content_rows.h"
#include "crypto/digest.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20;

struct Table {
  const char* what;
  crypto::DigestKind digest;
  /// For each_content_row(). Columns: content_id, bucket, key, id, size, digest.
  const char* query;
};

constexpr std::array<Table, 3> kTables = {
    {{.what = "object",
      .digest = crypto::DigestKind::sha256,
      .query = "SELECT content_id, bucket, key, version_id, size, sha256 FROM object"
               " WHERE content_id > :1 ORDER BY content_id LIMIT :2"},
     {.what = "version",
      .digest = crypto::DigestKind::sha256,
      .query = "SELECT content_id, bucket, key, version_id, size, sha256 FROM object_version"
               " WHERE content_id > :1 ORDER BY content_id LIMIT :2"},
     {.what = "part",
      .digest = crypto::DigestKind::md5,
      .query = "SELECT part.content_id, multipart.bucket, multipart.key, multipart.id, part.size,"
               " part.etag FROM part JOIN multipart ON multipart.id = part.multipart_id"
               " WHERE part.content_id > :1 ORDER BY part.content_id LIMIT :2"}}};

struct Read {
  std::uint64_t size = 0;
  std::string digest = {};  ///< Hexadecimal.
};

Result<Read> read_all(int fd, crypto::DigestKind kind, std::vector<std::byte>& buffer) {
  crypto::Digest digest(kind);
  Read read;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error("read", "content", errno);
    if (got == 0) break;
    digest.update(Bytes(buffer.data(), static_cast<std::size_t>(got)));
    read.size += static_cast<std::uint64_t>(got);
  }
  read.digest = to_hex(as_bytes(digest.finish()));
  return read;
}

class Scrubber {
 public:
  Scrubber(const ContentFiles& files, sql::Database& database,
           const std::function<void(const Damage&)>& tell)
      : files_(files), database_(database), tell_(tell) {}

  Result<Scrubbed> run() {
    for (const Table& table : kTables)
      TRY(each_content_row(database_, table.query,
                           [&](const sql::Row& row) { return look_at(table, row); }));
    TRY(files_.each_settled([&](const std::string& id) -> Status {
      TRY_LET(const NamedBy by, find_namer(database_, id));
      // Somebody may have taken the row away just now, and the file a moment later.
      if (by == NamedBy::nobody && files_.read(id)) ++scrubbed_.strays;
      return {};
    }));
    return scrubbed_;
  }

 private:
  Status look_at(const Table& table, const sql::Row& row) {
    const std::string id = row.text(0);
    const std::string reason = find_reason(table, row);
    if (reason.empty()) return {};
    TRY_LET(const NamedBy by, find_namer(database_, id));
    if (by == NamedBy::nobody) return {};  // Replaced since the page was read.
    ++scrubbed_.damaged;
    tell_({.what = table.what,
           .bucket = row.text(1),
           .key = row.text(2),
           .id = row.text(3),
           .content_id = id,
           .reason = reason});
    return {};
  }

  /// Why the content is not what its row says, or empty.
  std::string find_reason(const Table& table, const sql::Row& row) {
    const auto file = files_.read(row.text(0));
    if (!file) return file.error().code == ErrorCode::not_found ? "missing" : "unreadable";
    const auto read = read_all(file->get(), table.digest, buffer_);
    if (!read) return "unreadable";
    ++scrubbed_.contents;
    scrubbed_.bytes += read->size;
    if (read->size != static_cast<std::uint64_t>(row.integer(4))) return "size";
    return read->digest == row.text(5) ? "" : "digest";
  }

  const ContentFiles& files_;
  sql::Database& database_;
  const std::function<void(const Damage&)>& tell_;
  std::vector<std::byte> buffer_ = std::vector<std::byte>(kReadBytes);
  Scrubbed scrubbed_;
};

}  // namespace

Result<Scrubbed> scrub(const std::filesystem::path& folder, sql::Database& database,
                       const std::function<void(const Damage&)>& tell) {
  TRY_LET(const ContentFiles files, ContentFiles::open(folder));
  return within("scrub '" + folder.string() + "'", Scrubber(files, database, tell).run());
}

}  // namespace tintype::bucket
