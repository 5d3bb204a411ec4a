#include "http/request_body.h"

#include <fmt/format.h>

#include <algorithm>

namespace tintype::http {

RequestBody::RequestBody(Socket& socket, InBuffer& in, const Limits& limits, const Head& head)
    : socket_(socket),
      in_(in),
      limits_(limits),
      bytes_max_(limits.body_bytes_max),
      chunked_(head.chunked),
      expects_continue_(head.expects_continue),
      size_left_(head.request.content_length.value_or(0)) {}

Task<Result<Bytes>> RequestBody::read() {
  if (failure_) co_return std::unexpected(*failure_);
  if (finished()) co_return Bytes{};
  auto piece = co_await read_piece();
  if (!piece && !cancelled_) failure_ = piece.error();
  cancelled_ = false;
  co_return piece;
}

void RequestBody::cancel() {
  if (!reading_) return;
  cancelled_ = true;
  socket_.cancel_read();
}

void RequestBody::limit(std::uint64_t bytes_max) {
  bytes_max_ = std::min(bytes_max_, bytes_max);
  if (!chunked_ && size_left_ > bytes_max_) failure_ = over_limit();
}

Error RequestBody::over_limit() const {
  return {ErrorCode::too_large, fmt::format("body: over {} bytes", bytes_max_)};
}

bool RequestBody::finished() const { return chunked_ ? chunks_.done() : size_left_ == 0; }

bool RequestBody::drainable() const {
  if (finished()) return true;
  // A client that waits for "100 Continue" may or may not send the body after another answer.
  return !failure_ && !expects_continue_ && (chunked_ || size_left_ <= kDrainBytesMax);
}

Task<bool> RequestBody::drain() {
  std::size_t dropped = 0;
  while (!finished() && dropped <= kDrainBytesMax) {
    const auto piece = co_await read();
    if (!piece) co_return false;
    dropped += piece->size();
  }
  co_return finished();
}

Task<Result<Bytes>> RequestBody::read_piece() {
  if (expects_continue_ && in_.empty())
    CO_TRY(co_await socket_.write({"HTTP/1.1 100 Continue\r\n\r\n"}, Socket::More::no));
  expects_continue_ = false;
  if (chunked_) co_return co_await read_chunks();

  if (in_.empty()) CO_TRY(co_await fill());
  const auto size = std::min<std::uint64_t>({in_.size(), size_left_, kPieceBytesMax});
  const std::string_view piece = in_.text().substr(0, size);
  in_.consume(piece.size());
  size_left_ -= piece.size();
  co_return as_bytes(piece);
}

Task<Result<Bytes>> RequestBody::read_chunks() {
  for (;;) {
    CO_TRY_LET(const std::string_view piece, chunks_.decode(in_));
    size_so_far_ += piece.size();
    if (size_so_far_ > bytes_max_) co_return std::unexpected(over_limit());
    if (!piece.empty() || chunks_.done()) co_return as_bytes(piece);
    CO_TRY(co_await fill());
  }
}

Task<Status> RequestBody::fill() {
  const std::uint64_t wanted =
      chunked_ ? kPieceBytesMax : std::min(size_left_, kPieceBytesMax + 0UL);
  const std::span<char> room = in_.make_room(static_cast<std::size_t>(wanted));
  ASSERT(!room.empty());  // The decoder leaves at most a line.
  socket_.set_deadline(limits_.body_idle_max);
  reading_ = true;
  const auto size = co_await socket_.read_some(room);
  reading_ = false;
  socket_.clear_deadline();
  if (size) cancelled_ = false;  // It came before it was cancelled.
  if (!size) co_return within("body", Status(std::unexpected(size.error())));
  if (*size == 0) co_return fail(ErrorCode::damaged_input, "body: the client left within it");
  in_.commit(*size);
  co_return Status{};
}

}  // namespace tintype::http
