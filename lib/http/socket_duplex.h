#pragma once

#include "http/in_buffer.h"
#include "http/message.h"
#include "http/socket.h"

namespace tintype::http {

/// A connection after its HTTP: first what its buffer already has, then what arrives.
class SocketDuplex final : public Duplex {
 public:
  static constexpr std::size_t kPieceBytesMax = 16UL * 1024;

  /// Both outlive this.
  SocketDuplex(Socket& socket, InBuffer& in) : socket_(socket), in_(in) {}

  Task<Result<Bytes>> read(std::chrono::milliseconds idle_max) override;
  Task<Status> write(Bytes bytes) override;
  void end_writing() override { socket_.end_writing(); }
  void cancel_read() override { socket_.cancel_read(); }

 private:
  Socket& socket_;
  InBuffer& in_;
};

}  // namespace tintype::http
