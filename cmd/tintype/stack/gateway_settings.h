#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "gateway/route_settings.h"
#include "http/tls.h"
#include "http/trusted_proxies.h"

namespace tintype {

/// What the stack file says of the gateway besides identity: [[route]], [function.NAME],
/// [throttle] and [gateway].
struct GatewaySettings {
  std::vector<gateway::RouteSettings> routes;
  std::vector<gateway::FunctionSettings> functions;
  gateway::ThrottlePolicy throttle;
  bool access_log = true;
  std::shared_ptr<const http::TrustedProxies> trusted;  ///< Null: nobody's word counts.
  std::optional<http::ServerTls::Files> tls;            ///< Nothing: no TLS.
};

}  // namespace tintype
