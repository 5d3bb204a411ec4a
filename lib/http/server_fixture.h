// For this module's tests: a real server on a free port, and a client that sends what no library
// would.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <charconv>
#include <future>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/signal.h"
#include "http/client.h"
#include "http/server.h"

namespace tintype::http::test {

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// A connection that sends bytes as they are told. Gives up after a long while, so that a broken
/// server fails a test instead of hanging it.
class RawClient {
 public:
  explicit RawClient(const std::string& address, int receive_buffer_bytes = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    constexpr timeval kPatience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
    if (receive_buffer_bytes > 0)
      ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                   sizeof(receive_buffer_bytes));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port =
        htons(parse_integer<std::uint16_t>(address.substr(address.rfind(':') + 1)).value_or(0));
    connected_ = ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  }

  bool connected() const { return connected_; }

  /// False if the server does not take it any more.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_writing() { ::shutdown(fd_.get(), SHUT_WR); }
  /// Leaves without a goodbye (RST).
  void reset() {
    constexpr linger kAtOnce{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &kAtOnce, sizeof(kAtOnce));
    fd_.reset();
  }

  /// All that comes until `end` has come, or the connection ended.
  std::string read_until(std::string_view end) {
    while (in_.find(end) == std::string::npos && receive()) {
    }
    const std::size_t at = in_.find(end);
    return take(at == std::string::npos ? in_.size() : at + end.size());
  }
  std::string read_exactly(std::size_t size) {
    while (in_.size() < size && receive()) {
    }
    return take(std::min(size, in_.size()));
  }
  std::string read_to_end() {
    while (receive()) {
    }
    return take(in_.size());
  }
  /// One response with a Content-Length: head and body.
  std::string read_response() {
    std::string response = read_until("\r\n\r\n");
    constexpr std::string_view kName = "\r\nContent-Length: ";
    const std::size_t at = response.find(kName);
    std::size_t size = 0;
    if (at != std::string::npos)
      std::from_chars(response.data() + at + kName.size(), response.data() + response.size(), size);
    return response + read_exactly(size);
  }
  /// The end was the server's FIN and nothing came before.
  bool ended_cleanly() {
    char byte = 0;
    return in_.empty() && ::recv(fd_.get(), &byte, 1, 0) == 0;
  }

 private:
  bool receive() {
    char bytes[16384];
    const ssize_t got = ::recv(fd_.get(), bytes, sizeof(bytes), 0);
    if (got > 0) in_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }
  std::string take(std::size_t size) {
    std::string taken = in_.substr(0, size);
    in_.erase(0, size);
    return taken;
  }

  Fd fd_;
  bool connected_ = false;
  std::string in_;
};

inline int status_of(std::string_view response) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  if (!response.starts_with(kVersion)) return 0;
  return parse_integer<int>(response.substr(kVersion.size(), 3)).value_or(0);
}

/// What handlers report to the test's thread, in order. Thread-safe.
class Reports {
 public:
  void add(std::string report) {
    {
      const std::lock_guard lock(mutex_);
      reports_.push_back(std::move(report));
    }
    changed_.notify_all();
  }
  /// Waits until there are `count`.
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20),
                                  [&] { return reports_.size() >= count; }));
    return reports_;
  }

 private:
  std::mutex mutex_;  // Guards all below.
  std::condition_variable changed_;
  std::vector<std::string> reports_;
};

/// A server with one listener and this handler.
inline std::unique_ptr<Server> serve(Handler handler, Limits limits = {},
                                     Server::Options options = {}) {
  std::vector<Listener> listeners;
  listeners.push_back(Listener{
      .name = "test", .address = "127.0.0.1:0", .limits = limits, .handler = std::move(handler)});
  auto server = Server::start(std::move(options), std::move(listeners));
  EXPECT_TRUE(server) << server.error().message;
  return *std::move(server);
}

inline Response text_response(std::string text) {
  Response response;
  response.body = std::move(text);
  return response;
}

/// "METHOD path?query body", or the code why the body could not be read.
inline Task<Response> echo(Request& request) {
  const auto body = co_await read_all(*request.body, 64U << 20);
  if (!body) {
    Response response = text_response(std::string(to_string(body.error().code)));
    response.status = http::status_of(body.error().code);
    co_return response;
  }
  co_return text_response(request.method + " " + request.target + " " + *body);
}

/// Answers without looking at the body.
inline Task<Response> ignore_body(Request& request) { co_return text_response(request.target); }

/// Sends a request, with a client of its own, to the first listener.
inline Result<ClientResponse> get(const Server& server, const std::string& target,
                                  const std::string& method = "GET", std::string body = {}) {
  Client client;
  return client.send({.method = method,
                      .url = "http://" + server.addresses()[0] + target,
                      .body = std::move(body),
                      .time_max = std::chrono::seconds(60),
                      .body_bytes_max = 64U << 20});
}

}  // namespace tintype::http::test
