#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cerrno>
#include <coroutine>
#include <tuple>

#include "http/address.h"
#include "http/asio_socket.h"
#include "http/tls_context.h"

namespace tintype::http {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using ErrorOfAsio = boost::system::error_code;
using Stream = ssl::stream<tcp::socket>;

// As in asio_socket.cc: each starts an operation, which resumes its coroutine later.

struct ShakingHands {
  Stream& stream;
  ssl::stream_base::handshake_type side;
  ErrorOfAsio error;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) {
    stream.async_handshake(side, [this, frame](const ErrorOfAsio& result) {
      error = result;
      frame.resume();
    });
  }
  void await_resume() const noexcept {}
};

struct Reading {
  Stream& stream;
  std::span<char> target;
  ErrorOfAsio error;
  std::size_t size = 0;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) {
    stream.async_read_some(asio::buffer(target.data(), target.size()),
                           [this, frame](const ErrorOfAsio& result, std::size_t got) {
                             error = result;
                             size = got;
                             frame.resume();
                           });
  }
  void await_resume() const noexcept {}
};

struct Writing {
  Stream& stream;
  Socket::Parts& parts;
  ErrorOfAsio error;
  std::size_t size = 0;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) {
    std::array<asio::const_buffer, std::tuple_size_v<Socket::Parts>> buffers;
    std::ranges::transform(parts, buffers.begin(), [](std::string_view part) {
      return asio::const_buffer(part.data(), part.size());
    });
    // Small parts become one record: Asio joins them.
    stream.async_write_some(buffers, [this, frame](const ErrorOfAsio& result, std::size_t sent) {
      error = result;
      size = sent;
      frame.resume();
    });
  }
  void await_resume() const noexcept {}
};

/// Interrupting one direction while the other waits breaks the other's record, and so the
/// connection: rare enough (a client that uploads too slowly while it downloads) to be accepted.
class TlsSocket final : public Socket {
 public:
  /// `context` is the server's or the client's, and is kept.
  TlsSocket(tcp::socket socket, std::shared_ptr<void> keep, ssl::context& context,
            ssl::stream_base::handshake_type side)
      : keep_(std::move(keep)), stream_(std::move(socket), context), side_(side) {
    ErrorOfAsio error;  // A socket that is broken already says so on first use.
    std::ignore = tcp_socket().set_option(tcp::no_delay(true), error);
  }

  Stream& stream() { return stream_; }

  Task<Status> open() override {
    ShakingHands shaking{.stream = stream_, .side = side_, .error = {}};
    co_await shaking;
    if (expired()) co_return fail(ErrorCode::unavailable, "TLS: the peer took too long");
    if (shaking.error) co_return fail(ErrorCode::damaged_input, "TLS: " + shaking.error.message());
    co_return Status{};
  }

  Task<Result<std::size_t>> read_some(std::span<char> target) override {
    ASSERT(!target.empty());
    read_cancelled_ = false;
    Reading reading{.stream = stream_, .target = target, .error = {}};
    co_await reading;
    if (!reading.error) co_return reading.size;
    if (reading.error == asio::error::eof) co_return std::size_t{0};
    if (expired()) co_return fail(ErrorCode::unavailable, "read: the peer took too long");
    if (read_cancelled_) co_return fail(ErrorCode::unavailable, "read: cancelled");
    co_return fail(ErrorCode::damaged_input, "read: " + reading.error.message());
  }

  Task<Status> write(Parts parts, More /*more*/) override {
    for (;;) {
      if (std::ranges::all_of(parts, &std::string_view::empty)) co_return Status{};
      write_deadline_.set(write_idle_max_);
      Writing writing{.stream = stream_, .parts = parts, .error = {}};
      co_await writing;
      write_deadline_.clear();
      if (writing.error)
        co_return fail(ErrorCode::unavailable, "write: " + writing.error.message());
      bytes_written_ += writing.size;
      std::size_t taken = writing.size;
      for (std::string_view& part : parts) {
        const std::size_t of_part = std::min(taken, part.size());
        part.remove_prefix(of_part);
        taken -= of_part;
      }
    }
  }

  Task<Status> send_file(int file, std::uint64_t offset, std::uint64_t size) override {
    constexpr std::size_t kPieceBytesMax = 64UL * 1024;
    std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(size, kPieceBytesMax)),
                      '\0');
    while (size > 0) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, piece.size()));
      const ssize_t got = ::pread(file, piece.data(), wanted, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) co_return errno_error("read", "file", errno);
      if (got == 0) co_return fail(ErrorCode::internal, "send file: it is shorter than announced");
      const auto part = std::string_view(piece).substr(0, static_cast<std::size_t>(got));
      CO_TRY(co_await write({part}, More::no));
      offset += part.size();
      size -= part.size();
    }
    co_return Status{};
  }

  /// Without close_notify, which no framing of ours needs.
  void end_writing() override {
    ErrorOfAsio error;  // Not connected any more is as good.
    std::ignore = tcp_socket().shutdown(tcp::socket::shutdown_send, error);
  }
  void cancel_read() override {
    read_cancelled_ = true;
    interrupt();
  }
  void close() override {
    ErrorOfAsio error;  // The descriptor is gone either way.
    std::ignore = tcp_socket().close(error);
  }
  void reset() override { close_with_reset(tcp_socket()); }
  bool peer_left() const override { return has_left(stream_.next_layer()); }
  bool quiet() const override {
    return SSL_pending(const_cast<Stream&>(stream_).native_handle()) == 0 &&
           is_quiet(stream_.next_layer());
  }

 protected:
  void interrupt() override {
    ErrorOfAsio error;  // Fails only on a closed socket, where nobody waits.
    std::ignore = tcp_socket().cancel(error);
  }

 private:
  tcp::socket& tcp_socket() { return stream_.next_layer(); }

  const std::shared_ptr<void> keep_;
  Stream stream_;
  const ssl::stream_base::handshake_type side_;
  bool read_cancelled_ = false;
};

}  // namespace

std::unique_ptr<Socket> make_tls_socket(tcp::socket socket,
                                        std::shared_ptr<ServerContext> context) {
  ssl::context& shared = context->ssl;
  return std::make_unique<TlsSocket>(std::move(socket), std::move(context), shared,
                                     ssl::stream_base::server);
}

std::unique_ptr<Socket> make_tls_socket(tcp::socket socket, std::shared_ptr<ClientContext> context,
                                        const std::string& host) {
  ssl::context& shared = context->ssl;
  auto made = std::make_unique<TlsSocket>(std::move(socket), std::move(context), shared,
                                          ssl::stream_base::client);
  // RFC 6066, 3: a name, never an address.
  if (!Address::parse(host)) SSL_set_tlsext_host_name(made->stream().native_handle(), host.c_str());
  ErrorOfAsio error;  // Fails only without memory, and then the handshake does too.
  std::ignore = made->stream().set_verify_callback(ssl::host_name_verification(host), error);
  return made;
}

}  // namespace tintype::http
