#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <vector>

#include "http/socket.h"

namespace tintype::http {

/// Keeps the time for the sockets of one loop. A timer armed for each operation would cost more
/// than the operation, so setting a deadline arms nothing: this looks at all of them when the next
/// is due, but at least as often as the shortest limit that was told to tighten(). A deadline set
/// meanwhile is therefore seen at most one such time late. Bound to the loop's thread.
class Deadlines {
 public:
  /// Closer together than this they are served together.
  static constexpr std::chrono::milliseconds kTickMin{2};
  /// At least this often peers that left are noticed.
  static constexpr std::chrono::milliseconds kTickMax{2000};

  explicit Deadlines(boost::asio::io_context& context) : timer_(context) {}

  /// There are limits as short as `limit`.
  void tighten(std::chrono::milliseconds limit);

  /// While it lives, `socket` is looked at; it must live longer.
  class Watch {
   public:
    Watch(Deadlines& deadlines, Socket& socket) : deadlines_(deadlines), socket_(socket) {
      deadlines_.add(socket_);
    }
    ~Watch() { deadlines_.remove(socket_); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Deadlines& deadlines_;
    Socket& socket_;
  };

 private:
  void add(Socket& socket);
  void remove(Socket& socket);
  void arm(Deadline::Time at);
  void tick();

  boost::asio::steady_timer timer_;
  std::vector<Socket*> sockets_;
  std::chrono::milliseconds tick_max_ = kTickMax;
  bool ticking_ = false;
};

}  // namespace tintype::http
