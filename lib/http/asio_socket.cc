#include "http/asio_socket.h"

#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <coroutine>
#include <tuple>

namespace tintype::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorOfAsio = boost::system::error_code;

/// After so many bytes of a file other connections get their turn: over a fast link a socket may
/// never be full.
constexpr std::uint64_t kTurnBytesMax = 1 << 20;

// The awaitables below start an operation and resume its coroutine when Asio says it is done, which
// Asio never does inside the starting call.

struct Reading {
  tcp::socket& socket;
  std::span<char> target;
  ErrorOfAsio error;
  std::size_t size = 0;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) {
    socket.async_read_some(asio::buffer(target.data(), target.size()),
                           [this, frame](const ErrorOfAsio& result, std::size_t got) {
                             error = result;
                             size = got;
                             frame.resume();
                           });
  }
  void await_resume() const noexcept {}
};

struct Writable {
  tcp::socket& socket;
  ErrorOfAsio error;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) {
    socket.async_wait(tcp::socket::wait_write, [this, frame](const ErrorOfAsio& result) {
      error = result;
      frame.resume();
    });
  }
  void await_resume() const noexcept {}
};

struct Turn {
  tcp::socket& socket;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> frame) const {
    asio::post(socket.get_executor(), [frame] { frame.resume(); });
  }
  void await_resume() const noexcept {}
};

/// Takes the first `size` bytes off `parts`.
void advance(Socket::Parts& parts, std::size_t size) {
  for (std::string_view& part : parts) {
    const std::size_t taken = std::min(size, part.size());
    part.remove_prefix(taken);
    size -= taken;
  }
}

class AsioSocket final : public Socket {
 public:
  explicit AsioSocket(tcp::socket socket) : socket_(std::move(socket)) {
    ErrorOfAsio error;  // A socket that is broken already says so on first use.
    std::ignore = socket_.native_non_blocking(true, error);
    std::ignore = socket_.set_option(tcp::no_delay(true), error);
  }

  Task<Result<std::size_t>> read_some(std::span<char> target) override {
    ASSERT(!target.empty());
    read_cancelled_ = false;
    for (;;) {
      Reading reading{.socket = socket_, .target = target, .error = {}};
      co_await reading;
      if (!reading.error) co_return reading.size;
      if (reading.error == asio::error::eof) co_return std::size_t{0};
      if (expired()) co_return fail(ErrorCode::unavailable, "read: the peer took too long");
      if (read_cancelled_) co_return fail(ErrorCode::unavailable, "read: cancelled");
      // The other direction's deadline passed.
      if (reading.error == asio::error::operation_aborted && socket_.is_open()) continue;
      co_return fail(ErrorCode::damaged_input, "read: " + reading.error.message());
    }
  }

  Task<Status> write(Parts parts, More more) override {
    for (;;) {
      std::array<iovec, std::tuple_size_v<Parts>> pieces{};
      std::size_t left = 0;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        // sendmsg does not write through it.
        pieces[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
        left += parts[i].size();
      }
      if (left == 0) co_return Status{};
      msghdr message{};
      message.msg_iov = pieces.data();
      message.msg_iovlen = pieces.size();
      const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (more == More::yes ? MSG_MORE : 0);
      const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, flags);
      if (sent < 0) {
        CO_TRY(co_await recover(errno));
        continue;
      }
      bytes_written_ += static_cast<std::uint64_t>(sent);
      advance(parts, static_cast<std::size_t>(sent));
    }
  }

  Task<Status> send_file(int file, std::uint64_t offset, std::uint64_t size) override {
    auto position = static_cast<off_t>(offset);
    std::uint64_t turn_bytes = 0;
    while (size > 0) {
      const auto piece = static_cast<std::size_t>(std::min(size, kTurnBytesMax));
      // SIGPIPE is blocked on loops: sendfile(2) knows no MSG_NOSIGNAL.
      const ssize_t sent = ::sendfile(socket_.native_handle(), file, &position, piece);
      if (sent < 0) {
        CO_TRY(co_await recover(errno));
        turn_bytes = 0;
        continue;
      }
      if (sent == 0) co_return fail(ErrorCode::internal, "send file: it is shorter than announced");
      bytes_written_ += static_cast<std::uint64_t>(sent);
      size -= static_cast<std::uint64_t>(sent);
      turn_bytes += static_cast<std::uint64_t>(sent);
      if (size > 0 && turn_bytes >= kTurnBytesMax) {
        co_await Turn{socket_};
        turn_bytes = 0;
      }
    }
    co_return Status{};
  }

  void end_writing() override {
    ErrorOfAsio error;  // Not connected any more is as good.
    std::ignore = socket_.shutdown(tcp::socket::shutdown_send, error);
  }
  void cancel_read() override {
    read_cancelled_ = true;
    interrupt();
  }
  void close() override {
    ErrorOfAsio error;  // The descriptor is gone either way.
    std::ignore = socket_.close(error);
  }
  void reset() override { close_with_reset(socket_); }
  bool peer_left() const override { return has_left(socket_); }
  bool quiet() const override { return is_quiet(socket_); }

 protected:
  void interrupt() override {
    ErrorOfAsio error;  // Fails only on a closed socket, where nobody waits.
    std::ignore = socket_.cancel(error);
  }

 private:
  /// After a failed send: waits if the socket is only full.
  Task<Status> recover(int error) {
    if (error == EINTR) co_return Status{};
    if (error != EAGAIN) co_return errno_failure(error);
    // Each wait has the whole idle time: there is none without progress before it.
    write_deadline_.set(write_idle_max_);
    for (;;) {
      Writable writable{.socket = socket_, .error = {}};
      co_await writable;
      const bool late = write_deadline_.passed();
      // The other direction was interrupted, and this one with it.
      if (!late && writable.error == asio::error::operation_aborted && socket_.is_open()) continue;
      write_deadline_.clear();
      if (late) co_return fail(ErrorCode::unavailable, "write: the peer took nothing");
      if (writable.error)
        co_return fail(ErrorCode::unavailable, "write: " + writable.error.message());
      co_return Status{};
    }
  }

  static std::unexpected<Error> errno_failure(int error) {
    // The client left (EPIPE, ECONNRESET), or we closed (EBADF): to the writer it is the same.
    std::unexpected<Error> failure = errno_error("write to", "socket", error);
    failure.error().code = ErrorCode::unavailable;
    return failure;
  }

  tcp::socket socket_;
  bool read_cancelled_ = false;
};

}  // namespace

void close_with_reset(tcp::socket& socket) {
  ErrorOfAsio error;  // A socket that is gone already needs no reset.
  std::ignore = socket.set_option(asio::socket_base::linger(true, 0), error);
  std::ignore = socket.close(error);
}

bool has_left(const tcp::socket& socket) {
  if (!socket.is_open()) return true;
  // poll(2) tells of a FIN although bytes before it are still unread.
  pollfd state{
      .fd = const_cast<tcp::socket&>(socket).native_handle(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&state, 1, 0) > 0;
}

bool is_quiet(const tcp::socket& socket) {
  if (!socket.is_open()) return false;
  char byte = 0;
  const ssize_t got =
      ::recv(const_cast<tcp::socket&>(socket).native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EINTR);
}

std::unique_ptr<Socket> make_socket(tcp::socket socket) {
  return std::make_unique<AsioSocket>(std::move(socket));
}

}  // namespace tintype::http
