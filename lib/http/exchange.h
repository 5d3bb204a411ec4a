#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/beside.h"
#include "http/asio_loop.h"
#include "http/chunk_decoder.h"
#include "http/socket_duplex.h"
#include "http/tls_context.h"
#include "http/upstream.h"
#include "http/upstream_pool.h"

namespace tintype::http {

/// One server, with what its exchanges share. Thread-safe.
struct UpstreamServer {
  UpstreamServer(Origin where, UpstreamClient::Limits bounds, std::uint64_t client_number,
                 std::shared_ptr<Quota> of_all, std::shared_ptr<ClientContext> context);

  const Origin origin;
  const UpstreamClient::Limits limits;
  const std::uint64_t client;  ///< Whose pools hold the connections.
  const std::uint64_t number;  ///< Never used again.
  const std::shared_ptr<Quota> all;
  const std::shared_ptr<Quota> own;
  const std::shared_ptr<ClientContext> tls;  ///< Null for http.
};

class Exchange final : public UpstreamExchange {
 public:
  static constexpr std::size_t kPieceBytesMax = 64UL * 1024;  ///< Of an answer's body, at once.
  static constexpr std::size_t kInterimMax = 16;  ///< Answers of 1xx before the real one.

  Exchange(std::shared_ptr<const UpstreamServer> server, AsioLoop& loop);
  ~Exchange() override;

  Task<std::expected<UpstreamHead, UpstreamError>> send(const UpstreamRequest& request) override;
  Task<Result<Bytes>> read() override;
  std::optional<std::string_view> take_whole() override;
  Duplex& duplex() override;
  Task<void> finish() override;
  void abort() override;

 private:
  template <class T = void>
  using Outcome = std::expected<T, UpstreamError>;
  enum class Source { kept_first, fresh };

  Task<Outcome<>> connect(const UpstreamRequest& request, Source source);
  Task<Outcome<UpstreamHead>> attempt(const UpstreamRequest& request);
  Task<Outcome<UpstreamHead>> read_head(const UpstreamRequest& request);
  Task<Outcome<>> fill_head();
  Outcome<std::optional<UpstreamHead>> take_head(const UpstreamRequest& request, std::size_t size);
  std::optional<Permit> take_permit();
  void start_pump();
  Task<void> pump();
  Task<Status> pump_pieces();
  Task<void> drop();
  Task<Result<Bytes>> read_piece();
  Task<Result<Bytes>> read_chunks();
  Task<Result<std::size_t>> fill();
  Socket& socket() { return *connection_->socket; }
  InBuffer& in() { return connection_->in; }

  const std::shared_ptr<const UpstreamServer> server_;
  AsioLoop& loop_;
  UpstreamPool& pool_;
  std::unique_ptr<UpstreamConnection> connection_;  // Null before send() and after finish().
  std::optional<Deadlines::Watch> watch_;           // Of its socket.
  std::optional<SocketDuplex> duplex_;
  UpstreamRequest::Times times_;

  // The request's body on its way.
  Beside pump_;
  BodyReader* stream_ = nullptr;
  std::optional<std::uint64_t> stream_size_;  // Absent: chunked.
  std::uint64_t stream_size_max_ = 0;
  bool asks_ = false;  // Whether the server wants it; not told yet.
  bool sent_ = false;  // All of it.
  bool stopping_ = false;
  std::optional<Error> stream_failure_;  // The client's side failed.

  // The answer.
  UpstreamHead head_;
  bool answered_ = false;  // Its head is there.
  std::size_t interim_ = 0;
  ChunkDecoder chunks_;
  std::string_view decoded_;  // Taken by take_whole(), and not whole.
  std::uint64_t size_left_ = 0;
  bool done_ = false;  // All of its body was taken off the connection.
  bool aborted_ = false;
};

}  // namespace tintype::http
