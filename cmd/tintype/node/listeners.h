// The four listeners of a node. What can fail by a mistake of the operator, an address that is
// taken, fails before anything else is made; so the listeners are there before their handlers, and
// answer 503 until those are published.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "commands.h"
#include "http/message.h"
#include "http/server.h"

namespace tintype {

/// The handlers of the four listeners. They need the bound addresses (a port may be 0), so they are
/// made after the server listens.
struct Handlers {
  http::Handler gateway;
  http::Handler edge;
  http::Handler s3;
  http::Handler ops;
  http::Refusal gateway_refusal;  ///< What the server refuses before a handler sees it.
  http::Refusal s3_refusal;
};

/// Where the listeners are bound: "127.0.0.1:43210".
struct BoundAddresses {
  std::string gateway;
  std::string edge;
  std::string s3;
  std::string ops;
};

/// Thread-safe but for start, publish and the destructor. Stays where it is.
class Listeners {
 public:
  /// What the gateway's listener takes.
  struct Gateway {
    std::uint64_t body_bytes_max;  ///< Of any route.
    std::shared_ptr<const http::TrustedProxies> trusted;
    std::shared_ptr<const http::ServerTls> tls;
  };
  /// Errors name the option of the address.
  static Result<std::unique_ptr<Listeners>> start(const ServeOptions& options, Gateway gateway,
                                                  http::Observer observer);
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  BoundAddresses addresses() const;
  /// From here on requests are answered by `handlers`. Once.
  void publish(Handlers handlers);
  /// Accepts no more and lets running requests finish.
  void stop() { server_->stop(); }

 private:
  Listeners() = default;
  std::vector<http::Listener> listeners(const ServeOptions& options, Gateway gateway);
  http::Handler late(http::Handler Handlers::* member);
  http::Refusal late_refusal(http::Refusal Handlers::* member);

  Handlers handlers_;
  std::atomic<const Handlers*> published_{nullptr};
  std::unique_ptr<http::Server> server_;
};

}  // namespace tintype
