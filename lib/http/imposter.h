// For tests: a server that answers as it is told, however wrong. Each connection runs the script on
// a thread of its own.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/assert.h"
#include "base/fd.h"
#include "base/text.h"

namespace tintype::http::test {

class Imposter {
 public:
  /// One connection, seen from the server.
  class Peer {
   public:
    explicit Peer(Fd fd) : fd_(std::move(fd)) {
      constexpr timeval kPatience{.tv_sec = 20, .tv_usec = 0};
      ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
    }
    /// Up to and with `end`; less if the connection ended before.
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
    /// A head, or nothing if the connection ended.
    std::string read_head() { return read_until("\r\n\r\n"); }
    /// Waits until the other side has closed.
    bool wait_for_end() {
      while (receive()) {
      }
      return ended_;
    }
    bool send(std::string_view text) {
      while (!text.empty()) {
        const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
      }
      return true;
    }

   private:
    bool receive() {
      char bytes[16384];
      const ssize_t got = ::recv(fd_.get(), bytes, sizeof(bytes), 0);
      if (got > 0) in_.append(bytes, static_cast<std::size_t>(got));
      // A time-out is not an end.
      ended_ = got == 0 || (got < 0 && errno != EAGAIN);
      return got > 0;
    }
    std::string take(std::size_t size) {
      std::string taken = in_.substr(0, size);
      in_.erase(0, size);
      return taken;
    }
    Fd fd_;
    std::string in_;
    bool ended_ = false;
  };
  /// `number` counts the connections from 0. The connection closes when it returns.
  using Script = std::function<void(Peer&, int number)>;

  explicit Imposter(Script script)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0);
    ASSERT(::listen(listener_.get(), 64) == 0);
    socklen_t size = sizeof(at);
    ASSERT(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port_ = ntohs(at.sin_port);
    acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
  }
  ~Imposter() {
    acceptor_.request_stop();
    ::shutdown(listener_.get(), SHUT_RDWR);  // Wakes accept().
    acceptor_.join();
    connections_.clear();  // Joins.
  }
  Imposter(const Imposter&) = delete;
  Imposter& operator=(const Imposter&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int accepted() const { return accepted_.load(); }

 private:
  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) return;
      connections_.emplace_back([this, number = accepted_++, peer = Peer(std::move(fd))]() mutable {
        script_(peer, number);
        const Peer closed = std::move(peer);
      });
    }
  }

  const Script script_;
  Fd listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::vector<std::jthread> connections_;  // The acceptor's thread's until it has ended.
  std::jthread acceptor_;
};

/// "HTTP/1.1 200 OK" with this body.
inline std::string answer_with(std::string_view body, std::string_view fields = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

}  // namespace tintype::http::test
