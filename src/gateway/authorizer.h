#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "gateway/identity.h"
#include "http/message.h"

namespace tintype::gateway {

/// What an authorizer is told of the route. Valid for the call.
struct RouteContext {
  std::string_view route_key;           ///< "POST /avatars/key_upload", with {parameters}.
  std::span<const std::string> scopes;  ///< One of them is enough; the gateway checks them itself.
  const std::map<std::string, std::string>& parameters;  ///< What the path's matched, decoded.
};

/// How a client is asked for its credentials (RFC 9110, 11.6.1).
struct Challenge {
  std::string_view scheme;  ///< "Bearer"
  std::string_view header;  ///< The field that carries them: "Authorization".
};

/// Stands before a route and says who asks. There is no way to turn one off. Immutable to its
/// callers and thread-safe.
class Authorizer {
 public:
  virtual ~Authorizer() = default;

  /// Who sent `request`. `unauthenticated` if that cannot be told (401), `denied` if it can and may
  /// not pass (403), `unavailable` if it cannot be told now (503); any other error is a 500. The
  /// message is for the log and never holds a secret.
  virtual Task<Result<Identity>> authorize(const http::Request& request, const RouteContext& route,
                                           Instant now) const = 0;

  virtual Challenge challenge() const { return {.scheme = "Bearer", .header = "Authorization"}; }
};

}  // namespace tintype::gateway
