// The way in: routes, each with its authorizer and its integration.
//
//   request ──▶ preflight? ──▶ route ──▶ method ──▶ authorizer ──▶ integration ──▶ CORS headers
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/authorizer.h"
#include "gateway/cors.h"
#include "gateway/identity.h"
#include "http/message.h"

namespace tintype::gateway {

/// What a route's path parameters matched, decoded: {"id": "..."}.
using Parameters = std::map<std::string, std::string>;

/// Runs behind the authorizer. `identity` is null only on an open route.
using Integration =
    std::function<Task<http::Response>(http::Request&, const Identity* identity, Parameters)>;

/// The authorizer of a route for anybody. A route has to say so: there is no default.
inline constexpr std::nullptr_t kOpen = nullptr;

struct Route {
  std::string method;  ///< "POST"; "GET" answers HEAD too.
  std::string
      path;  ///< "/uploads/{id}", "/api/{proxy+}"; a parameter is one segment, proxy+ the rest.
  std::shared_ptr<const Authorizer> authorizer;  ///< Shared by routes; kOpen lets anybody through.
  /// The identity must have one of them, as with AWS's authorizationScopes; none: any identity.
  std::vector<std::string> scopes = {};
  Integration integration;
};

/// The handler of the gateway listener. `invalid_argument` for a route that is malformed or there
/// twice. 404 for an unknown path, 405 with Allow for an unknown method, problems per RFC 9457.
/// `clock` must outlive it.
Result<http::Handler> gateway_handler(std::vector<Route> routes, Cors cors, const Clock& clock);

}  // namespace tintype::gateway
