#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "http/asio_loop.h"
#include "http/in_buffer.h"
#include "http/socket.h"

namespace tintype::http {

/// How many connections there are of a limited number. Thread-safe.
class Quota {
 public:
  explicit Quota(std::size_t max) : max_(max) {}
  bool take() {
    if (count_.fetch_add(1) < max_) return true;
    count_.fetch_sub(1);
    return false;
  }
  void give_back() { count_.fetch_sub(1); }
  std::size_t count() const { return count_.load(); }

 private:
  const std::size_t max_;
  std::atomic<std::size_t> count_{0};
};

/// The right to one connection, of all and of one server's.
class Permit {
 public:
  static std::optional<Permit> take(std::shared_ptr<Quota> all, std::shared_ptr<Quota> of_server);
  ~Permit();
  Permit(Permit&&) noexcept = default;
  Permit& operator=(Permit&&) = delete;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;

 private:
  Permit(std::shared_ptr<Quota> all, std::shared_ptr<Quota> of_server)
      : all_(std::move(all)), of_server_(std::move(of_server)) {}
  std::shared_ptr<Quota> all_;  // Both null once moved from.
  std::shared_ptr<Quota> of_server_;
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
