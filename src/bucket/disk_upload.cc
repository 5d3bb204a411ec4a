#include "bucket/disk_upload.h"

#include <fcntl.h>

#include <utility>

#include "base/assert.h"
#include "base/file.h"
#include "base/log.h"

namespace tintype::bucket {

namespace {
constexpr std::uint64_t kWritebackBytes = 1 << 20;
constexpr std::string_view kContentTypeMissing = "binary/octet-stream";  // As S3 has it.
}  // namespace

DiskUpload::~DiskUpload() {
  if (published_) return;
  if (const auto removed = publisher_.folder().discard(file_.id); !removed)
    log(LogLevel::warning, "unfinished upload not removed", {{"error", removed.error().message}});
}

Status DiskUpload::write(Bytes bytes) {
  ASSERT(sha256_hex_.empty());
  ASSERT(md5_hex_.empty());
  if (bytes.size() > target_.options.size.value_or(target_.size_max) - size_)
    return fail(ErrorCode::too_large, "write: over the announced or the allowed size");
  // Full, read-only, over a quota: whatever our disk refuses, the client may try again later.
  if (auto written = write_all(file_.fd.get(), bytes, "pending/" + file_.id); !written)
    return fail(ErrorCode::unavailable, std::move(written).error().message);
  sha256_.update(bytes);
  md5_.update(bytes);
  size_ += bytes.size();
  start_writeback();
  return {};
}

/// The disk begins while the rest of the body still arrives, so that the sync at the end waits for
/// the last part alone. A hint: whether it worked, the sync will tell.
void DiskUpload::start_writeback() {
  if (size_ - writeback_size_ < kWritebackBytes) return;
  ::sync_file_range(file_.fd.get(), static_cast<off64_t>(writeback_size_),
                    static_cast<off64_t>(size_ - writeback_size_), SYNC_FILE_RANGE_WRITE);
  writeback_size_ = size_;
}

std::string DiskUpload::sha256_hex() {
  if (sha256_hex_.empty()) sha256_hex_ = to_hex(as_bytes(sha256_.finish()));
  return sha256_hex_;
}

std::string DiskUpload::md5_hex() {
  if (md5_hex_.empty()) md5_hex_ = to_hex(as_bytes(md5_.finish()));
  return md5_hex_;
}

Result<ObjectInfo> DiskUpload::commit() {
  ASSERT(!published_);
  const PutOptions& options = target_.options;
  if (options.size && size_ != *options.size)
    return fail(ErrorCode::damaged_input, "commit: fewer bytes than announced");
  TRY(publisher_.folder().sync(file_));
  ObjectInfo object{.bucket = target_.bucket,
                    .key = target_.key,
                    .size = size_,
                    .etag = md5_hex(),
                    .sha256 = sha256_hex(),
                    .content_type = options.content_type,
                    .cache_control = options.cache_control,
                    .metadata = options.metadata,
                    .sequencer = {},
                    .modified_at = {}};
  if (object.content_type.empty()) object.content_type = kContentTypeMissing;
  published_ = true;
  return publisher_.publish(std::move(object), file_.id, options);
}

}  // namespace tintype::bucket
