#pragma once

#include <vector>

#include "gateway/route_settings.h"

namespace tintype {

/// What the stack file says of the gateway besides identity: [[route]], [function.NAME],
/// [throttle], and of [gateway] what is not of its listener.
struct GatewaySettings {
  std::vector<gateway::RouteSettings> routes;
  std::vector<gateway::FunctionSettings> functions;
  gateway::ThrottlePolicy throttle;
  bool access_log = true;
};

}  // namespace tintype
