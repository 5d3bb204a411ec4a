#pragma once

#include <cstdint>
#include <optional>

#include "http/chunk_decoder.h"
#include "http/in_buffer.h"
#include "http/message.h"
#include "http/request_head.h"
#include "http/server.h"
#include "http/socket.h"

namespace tintype::http {

/// The body of one request on a connection: what its buffer already has, then what arrives,
/// straight into that buffer. Lives as long as the exchange.
class RequestBody final : public BodyReader {
 public:
  static constexpr std::size_t kPieceBytesMax = 256UL * 1024;
  /// An unread rest up to this is read and dropped, so that the connection can be kept.
  static constexpr std::size_t kDrainBytesMax = 256UL * 1024;

  /// What the references refer to outlives this.
  RequestBody(Socket& socket, InBuffer& in, const Limits& limits, const Head& head);

  Task<Result<Bytes>> read() override;
  void cancel() override;
  void watch(std::move_only_function<void()> left) override { socket_.watch(std::move(left)); }
  void limit(std::uint64_t bytes_max) override;

  /// All of it was taken off the connection.
  bool finished() const;
  /// The connection may be kept after drain().
  bool drainable() const;
  /// Drops what was not read. False if it was too much, or the client failed.
  Task<bool> drain();

 private:
  Task<Result<Bytes>> read_piece();
  Task<Result<Bytes>> read_chunks();
  Task<Status> fill();
  Error over_limit() const;

  Socket& socket_;
  InBuffer& in_;
  const Limits& limits_;
  std::uint64_t bytes_max_;
  const bool chunked_;
  ChunkDecoder chunks_;
  bool expects_continue_;
  std::uint64_t size_left_;        // Of a body with Content-Length.
  std::uint64_t size_so_far_ = 0;  // Of a chunked one.
  std::optional<Error> failure_;   // After which nothing can be read.
  bool reading_ = false;           // From the socket.
  bool cancelled_ = false;         // That reading was, and is no failure.
};

}  // namespace tintype::http
