#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "base/quota.h"
#include "http/asio_loop.h"
#include "http/in_buffer.h"
#include "http/socket.h"

namespace tintype::http {

/// The right to one connection: of all, and of one server's.
struct Permit {
  Quota::Place of_all;
  Quota::Place of_server;

  static std::optional<Permit> take(const std::shared_ptr<Quota>& all,
                                    const std::shared_ptr<Quota>& of_server);
};

/// A connection to another server, with what arrived and was not used yet.
struct UpstreamConnection {
  UpstreamConnection(Permit right, std::unique_ptr<Socket> connected)
      : permit(std::move(right)), socket(std::move(connected)) {}

  Permit permit;
  std::unique_ptr<Socket> socket;
  InBuffer in;
  bool used = false;  ///< Had a request already.
};

/// The connections of one loop that wait for a next request, newest last. Bound to the loop.
class UpstreamPool {
 public:
  static constexpr std::size_t kKeptCapacityMax = 32UL * 1024;  ///< Of a buffer while it waits.

  /// `loop` outlives this. Unused for `kept_max`, a connection is closed.
  UpstreamPool(AsioLoop& loop, std::chrono::milliseconds kept_max)
      : loop_(loop), kept_max_(kept_max) {}

  /// One to `server` (a number of its own) that is still open, or null.
  std::unique_ptr<UpstreamConnection> take(std::uint64_t server);
  void keep(std::uint64_t server, std::unique_ptr<UpstreamConnection> connection);
  /// Closes the one that waits longest, of any server; false if none does.
  bool drop_oldest();

 private:
  struct Kept {
    std::uint64_t server;
    std::unique_ptr<UpstreamConnection> connection;
    Deadline::Time since;
  };
  void sweep_later();
  void sweep();

  AsioLoop& loop_;
  const std::chrono::milliseconds kept_max_;
  std::vector<Kept> kept_;
  bool sweeping_ = false;
};

}  // namespace tintype::http
