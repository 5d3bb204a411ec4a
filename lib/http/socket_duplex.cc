#include "http/socket_duplex.h"

namespace tintype::http {

Task<Result<Bytes>> SocketDuplex::read(std::chrono::milliseconds idle_max) {
  if (in_.empty()) {
    const std::span<char> room = in_.make_room(kPieceBytesMax);
    socket_.set_deadline(idle_max);
    const auto size = co_await socket_.read_some(room);
    socket_.clear_deadline();
    if (!size) co_return std::unexpected(size.error());
    in_.commit(*size);
  }
  const std::string_view piece = in_.text();
  in_.consume(piece.size());
  co_return as_bytes(piece);
}

Task<Status> SocketDuplex::write(Bytes bytes) {
  co_return co_await socket_.write({as_text(bytes)}, Socket::More::no);
}

}  // namespace tintype::http
