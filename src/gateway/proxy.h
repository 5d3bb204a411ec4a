// The `http` integration: passes a request on to a server behind the gateway, and its answer back.
//
//   client ──▶ gateway, authorizer ──▶ proxy ── pooled connection ──▶ upstream
//
// What goes on, and what does not (docs/api/proxy.md): the target as it was sent; no hop-by-hop
// fields; identity and forwarding fields of ours alone; the bearer token only where the route says
// so. Bodies pass both ways as fast as the slower side takes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/gateway.h"
#include "http/upstream.h"

namespace tintype::gateway {

/// One route's settings.
struct ProxyOptions {
  /// "http://127.0.0.1:4567", "https://api.example.com/v1". Without parameters, the request's whole
  /// path follows the URL's. With ("http://h/v1/{proxy}") the URL's path is the path, each "{name}"
  /// replaced by what the route's parameter matched, as with API Gateway's HTTP proxy.
  std::string url;
  std::string route_path;           ///< The route's pattern: whose parameters `url` may use.
  bool pass_authorization = false;  ///< The client's Authorization goes on too.
  bool pass_host = false;           ///< The client's Host goes on instead of the URL's.
  bool websocket = true;  ///< Upgrades to WebSocket pass; otherwise they are ordinary requests.
  std::size_t websockets_max = 1024;  ///< Open at once; 503 above.
  std::string tls_ca_file = {};       ///< PEM, trusted instead of the system's, for https.

  /// 413 above. What the listener allows binds too.
  std::uint64_t body_bytes_max = 10 << 20;
  /// Tries in all, first one included, where trying again is safe.
  std::size_t attempts_max = 2;
  /// Answers (of 502, 503 and 504) after which a safe request is tried again.
  std::vector<int> retry_statuses = {};

  std::chrono::milliseconds connect_max{5'000};  ///< Name, TCP and TLS: 502 above.
  std::chrono::milliseconds head_max{30'000};    ///< Until the answer begins: 504 above.
  std::chrono::milliseconds idle_max{60'000};    ///< Without a byte of a body, either way: cut.
  std::chrono::milliseconds websocket_idle_max{300'000};  ///< Without a byte either way: closed.
};

/// `invalid_argument` naming what is wrong with the options. `client` has the connections, which
/// routes share.
Result<Integration> proxy_integration(ProxyOptions options,
                                      std::shared_ptr<http::UpstreamClient> client);

}  // namespace tintype::gateway
