// The HTTP/1.1 server under every listener: one loop per core, each with its own acceptor
// (SO_REUSEPORT), so that no connection crosses threads.
//
//   accept ── read head ── handler ── write response ──┐
//     ^          │ limits: size, time                  │ keep-alive
//     └──────────┴──────────────── close <─────────────┘
//
// HTTP/2 is the job of a reverse proxy in front (docs/operations/tls.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/tls.h"
#include "http/trusted_proxies.h"

namespace tintype::http {

/// What one listener accepts. Each limit has a default; over it, the client is told and cut off.
struct Limits {
  std::uint32_t header_bytes_max = 32 * 1024;  ///< 431 above.
  std::uint64_t body_bytes_max = 1 << 20;      ///< 413 above, before the handler where announced.
  std::chrono::milliseconds header_time_max{
      10'000};  ///< From the first byte to the end of the head: 408.
  std::chrono::milliseconds body_idle_max{30'000};   ///< Without a byte of an expected body: cut.
  std::chrono::milliseconds write_idle_max{30'000};  ///< Without a byte taken of a response: cut.
  std::chrono::milliseconds keep_alive_max{65'000};  ///< Idle between two requests: closed.
  std::size_t connections_max = 4096;  ///< Over all loops; above: 503 with Retry-After.
};

/// Makes the answer to what the server refuses before a handler sees it (400, 408, 413, 431, 503
/// ...), in the form that the listener's clients read: S3's XML, or with CORS fields. Of the
/// request, `id` is set, and the rest as far as it was understood.
using Refusal = std::function<Response(const Problem&, const Request&)>;

struct Listener {
  std::string name;     ///< "gateway", for logs and metrics.
  std::string address;  ///< "127.0.0.1:8080", "[::1]:0". Port 0 takes a free one.
  Limits limits = {};
  Handler handler;
  Refusal refusal = {};  ///< Empty: problem_response.
  /// Whose word on who the client is counts; null: nobody's.
  std::shared_ptr<const TrustedProxies> trusted = nullptr;
  std::shared_ptr<const ServerTls> tls = nullptr;  ///< Null: none.
};

/// Told of every finished exchange, on the loop that ran it; must not block.
struct Exchange {
  const std::string& listener;
  const Request& request;
  int status;
  const std::string& problem_code;  ///< Response::problem_code.
  std::uint64_t body_bytes_sent;
  std::chrono::microseconds duration;
};
using Observer = std::function<void(const Exchange&)>;

/// Thread-safe but for start and the destructor.
class Server {
 public:
  struct Options {
    std::size_t loops = 2;  ///< Threads; one per core is right.
    std::chrono::milliseconds shutdown_max{
        10'000};             ///< How long stop() waits for running requests.
    Observer observer = {};  ///< May be empty.
  };

  /// Binds every listener and starts the loops. `unavailable` naming the address if it is taken,
  /// `denied` if it is not ours to bind, `invalid_argument` if it is not an address.
  static Result<std::unique_ptr<Server>> start(Options options, std::vector<Listener> listeners);

  virtual ~Server() = default;
  /// The bound addresses in the order of the listeners: "127.0.0.1:43210".
  virtual std::vector<std::string> addresses() const = 0;
  /// A loop to run background coroutines on.
  virtual Loop& loop() = 0;
  /// Accepts no more, tells streams to end, lets running requests finish, closes the rest after
  /// shutdown_max. Returns when all connections are gone. Blocks; not for a loop's thread.
  virtual void stop() = 0;
};

}  // namespace tintype::http
