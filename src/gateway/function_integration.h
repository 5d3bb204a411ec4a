#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "gateway/function_client.h"
#include "gateway/function_payload.h"
#include "gateway/gateway.h"

namespace tintype::gateway {

/// The `function` integration: a request becomes a payload, the function's answer a response.
///
///   413  the body, or the payload made of it, is over its limit
///   502  the function failed, or what it answered is no response
///   503  it could not be asked (Retry-After)
///   504  it did not answer in its time
struct FunctionRoute {
  PayloadOrigin origin;
  std::string name;       ///< Of the function, for the log.
  std::string route_key;  ///< "ANY /api/{proxy+}"
  std::size_t body_bytes_max = FunctionClient::kPayloadSizeMax;
};

/// `client` is shared with other routes and running requests; `clock` outlives the integration.
Integration function_integration(FunctionRoute route, std::shared_ptr<FunctionClient> client,
                                 const Clock& clock);

}  // namespace tintype::gateway
