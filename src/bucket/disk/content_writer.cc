#include "bucket/disk/content_writer.h"

#include <fcntl.h>

#include <utility>

#include "base/assert.h"
#include "base/file.h"
#include "base/log.h"

namespace tintype::bucket {

namespace {
constexpr std::uint64_t kWritebackBytes = 1 << 20;
}  // namespace

ContentWriter::~ContentWriter() {
  if (released_) return;
  if (const auto removed = folder_.discard(file_.id); !removed)
    log(LogLevel::warning, "unfinished upload not removed", {{"error", removed.error().message}});
}

Status ContentWriter::write(Bytes bytes) {
  ASSERT(sha256_hex_.empty());
  ASSERT(md5_hex_.empty());
  if (bytes.size() > limits_.size.value_or(limits_.size_max) - size_)
    return fail(ErrorCode::too_large, "write: over the announced or the allowed size");
  // Full, read-only, over a quota: whatever our disk refuses, the client may try again later.
  if (auto written = write_all(file_.fd.get(), bytes, "pending/" + file_.id); !written)
    return fail(ErrorCode::unavailable, std::move(written).error().message);
  sha256_.update(bytes);
  if (digests_ == Digests::both) md5_.update(bytes);
  size_ += bytes.size();
  if (size_ - writeback_size_ < kWritebackBytes) return {};
  start_writeback();
  return folder_.check_room(0);
}

/// The disk begins while the rest of the body still arrives, so that the sync at the end waits for
/// the last part alone. A hint: whether it worked, the sync will tell.
void ContentWriter::start_writeback() {
  ::sync_file_range(file_.fd.get(), static_cast<off64_t>(writeback_size_),
                    static_cast<off64_t>(size_ - writeback_size_), SYNC_FILE_RANGE_WRITE);
  writeback_size_ = size_;
}

std::string ContentWriter::sha256_hex() {
  if (sha256_hex_.empty()) sha256_hex_ = to_hex(as_bytes(sha256_.finish()));
  return sha256_hex_;
}

std::string ContentWriter::md5_hex() {
  ASSERT(digests_ == Digests::both);
  if (md5_hex_.empty()) md5_hex_ = to_hex(as_bytes(md5_.finish()));
  return md5_hex_;
}

Status ContentWriter::sync() {
  if (limits_.size && size_ != *limits_.size)
    return fail(ErrorCode::damaged_input, "commit: fewer bytes than announced");
  return folder_.sync(file_);
}

const std::string& ContentWriter::release() {
  released_ = true;
  return file_.id;
}

}  // namespace tintype::bucket
