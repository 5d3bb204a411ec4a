#include <sysexits.h>

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <string>
#include <system_error>

#include "base/config.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "bucket/disk/backup.h"
#include "bucket/disk/quota.h"
#include "bucket/disk/scrub.h"
#include "commands.h"
#include "data_dir.h"
#include "sql/database.h"

namespace tintype {
namespace {

namespace fs = std::filesystem;

Status scrub(const BucketOptions& options) {
  TRY_LET(const DataDir data, DataDir::open(options.data));
  TRY_LET(const auto database, sql::Database::open(data.database_url(), {.readers = 1}));
  TRY_LET(const bucket::Scrubbed done,
          bucket::scrub(data.objects_folder(), *database, [](const bucket::Damage& damage) {
            print_line({{"damaged", damage.what},
                        {"bucket", damage.bucket},
                        {"key", damage.key},
                        {"id", damage.id},
                        {"content", damage.content_id},
                        {"reason", damage.reason}});
          }));
  print_line({{"contents", done.contents},
              {"bytes", done.bytes},
              {"damaged", done.damaged},
              {"strays", done.strays}});
  if (done.damaged == 0) return {};
  return fail(ErrorCode::corrupt, std::to_string(done.damaged) +
                                      " contents are damaged: put them again, or restore a backup");
}

/// The files of a data directory that a node makes once and cannot do without.
Status copy_keys(const fs::path& from, const fs::path& to) {
  constexpr std::array<const char*, 3> kFiles = {"credentials.json", "issuer-key.json", "seal-key"};
  constexpr std::size_t kSizeMax = std::size_t{1} << 20;
  constexpr unsigned kPrivate = 0600;
  for (const char* const name : kFiles) {
    const auto content = read_file(from / name, kSizeMax);
    if (!content && content.error().code == ErrorCode::not_found) continue;  // Not needed yet.
    if (!content) return std::unexpected(content.error());
    TRY(write_file(to / name, *content, kPrivate));
  }
  return {};
}

/// Under another name until it is whole.
Status back_up(const BucketOptions& options) {
  TRY_LET(const DataDir data, DataDir::open(options.data));
  std::error_code error;
  if (fs::exists(options.to, error))
    return fail(ErrorCode::invalid_argument,
                "--to " + options.to.string() + ": exists; give a folder that does not");
  const fs::path next = options.to.string() + '.' + make_id() + ".new";
  TRY(make_folders(next));
  const auto done = bucket::back_up(data.objects_folder(), data.database_url(), next);
  Status made = done ? copy_keys(options.data, next) : std::unexpected(done.error());
  if (made && ::rename(next.c_str(), options.to.c_str()) != 0)
    made = errno_error("rename to", options.to.string(), errno);
  if (!made) {
    fs::remove_all(next, error);
    return within("backup", std::move(made));
  }
  print_line({{"contents", done->contents}, {"bytes", done->bytes}, {"to", options.to.string()}});
  return sync_folder(options.to.has_parent_path() ? options.to.parent_path() : ".");
}

void print_quota(const bucket::QuotaInfo& info) {
  const auto limit = [](const std::optional<std::int64_t>& max) {
    return max ? boost::json::value(*max) : boost::json::value(nullptr);
  };
  print_line({{"bucket", info.bucket.str()},
              {"bytes", info.bytes},
              {"bytes_max", limit(info.quota.bytes_max)},
              {"objects", info.objects},
              {"objects_max", limit(info.quota.objects_max)}});
}

Result<bucket::Quota> parse_quota(const BucketOptions& options) {
  bucket::Quota quota;
  if (!options.bytes.empty()) {
    quota.bytes_max = config::parse_size_bytes(options.bytes);
    if (!quota.bytes_max)
      return fail(ErrorCode::invalid_argument,
                  "--bytes " + options.bytes + ": not a size; write 10GiB");
  }
  if (!options.objects.empty()) {
    quota.objects_max = parse_integer<std::int64_t>(options.objects);
    if (!quota.objects_max || *quota.objects_max < 0)
      return fail(ErrorCode::invalid_argument,
                  "--objects " + options.objects + ": not a count; write 100000");
  }
  return quota;
}

Status quota(const BucketOptions& options) {
  TRY_LET(const DataDir data, DataDir::open(options.data));
  TRY_LET(const auto database, sql::Database::open(data.database_url(), {.readers = 1}));
  if (options.bucket.empty()) {
    TRY_LET(const auto quotas, bucket::list_quotas(*database));
    for (const bucket::QuotaInfo& info : quotas) print_quota(info);
    return {};
  }
  TRY_LET(const auto name, bucket::BucketName::parse(options.bucket));
  if (options.remove) return bucket::remove_quota(*database, name);
  TRY_LET(const bucket::Quota quota, parse_quota(options));
  TRY_LET(const bucket::QuotaInfo info, bucket::set_quota(*database, name, quota));
  print_quota(info);
  return {};
}

Status run(const BucketOptions& options) {
  if (options.action == "scrub") return scrub(options);
  if (options.action == "quota") return quota(options);
  return back_up(options);
}

}  // namespace

int run_bucket(const BucketOptions& options) {
  const Status done = run(options);
  return done ? EX_OK : report(done.error());
}

}  // namespace tintype
