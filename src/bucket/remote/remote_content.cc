#include "bucket/remote/remote_content.h"

#include <algorithm>
#include <vector>

#include "bucket/remote/spool.h"

namespace tintype::bucket {
namespace {

constexpr int kResumedMax = 5;  // In a row, without a byte in between.
constexpr std::size_t kPieceBytes = 256 << 10;

}  // namespace

Status RemoteContent::seek(std::uint64_t offset) {
  body_.reset();
  RemoteRequest request = source_.request;
  request.headers.set("Range", "bytes=" + std::to_string(offset) + "-");
  request.headers.set("If-Match", '"' + source_.etag + '"');
  TRY_LET(http::ClientDownload body, client_.download(request));
  if (offset > 0 && body.status() != 206)
    return fail(ErrorCode::unsupported, "remote: no range where one was asked for");
  body_ = std::move(body);
  at_ = offset;
  return {};
}

Result<std::size_t> RemoteContent::read(std::uint64_t offset, std::span<std::byte> buffer) {
  if (offset >= source_.size) return 0;
  for (int attempt = 0;; ++attempt) {
    if (!body_ || at_ != offset) TRY(seek(offset));
    const auto got = body_->read(buffer);
    if (got && *got > 0) {
      at_ += *got;
      return got;
    }
    body_.reset();
    if (attempt == kResumedMax)
      return got ? fail(ErrorCode::unavailable, "remote: the content ends too early") : got;
  }
}

Result<Fd> RemoteContent::to_file() {
  TRY_LET(Spool spool, Spool::open(spool_folder_));
  std::vector<std::byte> buffer(kPieceBytes);
  while (spool.size() < source_.size) {
    TRY_LET(const std::size_t got, read(spool.size(), buffer));
    TRY(spool.write(Bytes(buffer.data(), got)));
  }
  return spool.take();
}

}  // namespace tintype::bucket
