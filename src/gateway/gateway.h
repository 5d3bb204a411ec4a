// The way in: routes, each with its authorizer and its integration.
//
//   request ──▶ preflight? ──▶ address' tokens ──▶ route ──▶ body's size ──▶ authorizer ──▶
//   caller's tokens ──▶ integration ──▶ CORS and RateLimit headers
#pragma once

#include <cstddef>
#include <cstdint>
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
#include "gateway/throttling.h"
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
  /// What a request to us needs: JSON of a form. Routes that pass bodies on say more.
  static constexpr std::uint64_t kBodyBytesMax = 64 * 1024;

  std::string method;  ///< "POST"; "GET" answers HEAD too; "ANY" of those that no other route has.
  std::string path;    ///< "/uploads/{id}", "/api/{proxy+}", "$default" (route_table.h)
  std::shared_ptr<const Authorizer> authorizer;  ///< Shared by routes; kOpen lets anybody through.
  /// The identity must have one of them, as with AWS's authorizationScopes; none: any identity.
  std::vector<std::string> scopes = {};
  Integration integration;
  std::uint64_t body_bytes_max = kBodyBytesMax;  ///< 413 above, before the authorizer if announced.
  ThrottlePolicy throttle = {};                  ///< 429 above, besides the gateway's own.
  std::string place = {};  ///< In the stack file, for errors; empty: a built-in route.
};

/// The route's name in logs, metrics and payloads: "POST /avatars/key_upload", "$default".
std::string route_key(const Route& route);

/// The handler of the gateway listener. `invalid_argument` for a route that is malformed or there
/// twice, and for one of the stack file that takes requests from a built-in one. 404 for an unknown
/// path, 405 with Allow for an unknown method, problems per RFC 9457.
/// `throttle` is over all routes. `clock` must outlive it.
Result<http::Handler> gateway_handler(std::vector<Route> routes, Cors cors, const Clock& clock,
                                      const ThrottlePolicy& throttle = {});

}  // namespace tintype::gateway
