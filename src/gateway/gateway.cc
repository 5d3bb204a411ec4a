#include "gateway/gateway.h"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <set>
#include <utility>

#include "base/log.h"
#include "gateway/admission.h"
#include "gateway/route_table.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/// The routes of one pattern, by method.
struct Place {
  Pattern pattern;
  std::map<std::string, Route, std::less<>> by_method;
};

/// What of the routes a path means.
struct Found {
  const Route* route = nullptr;
  Parameters parameters;
  std::string methods;  // Of all routes of this path; empty for an unknown path.
};

/// Immutable once made, so that all loops share it.
class Gateway {
 public:
  Gateway(Cors cors, const Clock& clock) : cors_(std::move(cors)), clock_(clock) {}

  Status add(Route route);

  /// `self` is held by the frame: a handler may be dropped while its requests end.
  static Task<http::Response> answer(std::shared_ptr<const Gateway> self, http::Request& request) {
    http::Response response = co_await self->guarded(request);
    // A preflight's answer is all CORS already; only a refused one is like other answers.
    if (!Cors::is_preflight(request) || response.status != 204)
      self->cors_.add_headers(request, response);
    co_return response;
  }

 private:
  Task<http::Response> guarded(http::Request& request) const;
  Task<http::Response> dispatch(http::Request& request) const;
  Found find(const std::vector<std::string>& segments, std::string_view method) const;

  const Cors cors_;
  const Clock& clock_;
  std::map<std::string, Place> places_;  // By rank: what is tried first comes first.
};

Status Gateway::add(Route route) {
  const std::string name = "route '" + route.method + " " + route.path + "'";
  if (std::ranges::find(kMethods, route.method) == kMethods.end())
    return fail(ErrorCode::invalid_argument,
                name + ": the method must be GET, POST, PUT, PATCH or DELETE");
  if (!route.authorizer && !route.scopes.empty())
    return fail(ErrorCode::invalid_argument, name + ": scopes need an authorizer");
  TRY_LET(Pattern pattern, within(name, Pattern::parse(route.path)));
  const std::string rank = pattern.rank();
  auto& routes = places_.try_emplace(rank, Place{.pattern = std::move(pattern), .by_method = {}})
                     .first->second.by_method;
  std::string method = route.method;
  if (!routes.try_emplace(std::move(method), std::move(route)).second)
    return fail(ErrorCode::invalid_argument, name + ": is there twice");
  return {};
}

Found Gateway::find(const std::vector<std::string>& segments, std::string_view method) const {
  Found found;
  std::set<std::string> methods;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const auto& [rank, place] : places_) {
    Parameters parameters;
    if (!place.pattern.match(segments, parameters)) continue;
    for (const auto& [name, route] : place.by_method) methods.insert(name);
    const auto at = place.by_method.find(wanted);
    if (at == place.by_method.end() || found.route != nullptr) continue;
    found.route = &at->second;
    found.parameters = std::move(parameters);
  }
  if (methods.empty()) return found;
  if (methods.contains("GET")) methods.insert("HEAD");
  methods.insert("OPTIONS");
  for (const std::string& name : methods)
    found.methods += (found.methods.empty() ? "" : ", ") + name;
  return found;
}

Task<http::Response> Gateway::dispatch(http::Request& request) const {
  const auto segments = path_segments(request.path);
  if (!segments)
    co_return http::problem_response({.status = 400,
                                      .code = "invalid_path",
                                      .detail = "The path has a segment that can be read in more "
                                                "than one way."},
                                     request);
  Found found = find(*segments, request.method);
  if (found.methods.empty())
    co_return http::problem_response(
        {.status = 404, .code = "not_found", .detail = "There is nothing at this path."}, request);

  // Before the authorizer: a browser sends no token with a preflight.
  if (Cors::is_preflight(request)) co_return cors_.preflight(request, found.methods);
  if (request.method == "OPTIONS")
    co_return http::Response{
        .status = 204, .headers = {{"Allow", found.methods}}, .body = {}, .content_length = {}};
  if (found.route == nullptr) {
    auto response = http::problem_response({.status = 405,
                                            .code = "method_not_allowed",
                                            .detail = "This path takes " + found.methods + "."},
                                           request);
    response.headers.set("Allow", found.methods);
    co_return response;
  }
  const Route& route = *found.route;
  if (route.authorizer == kOpen)
    co_return co_await route.integration(request, nullptr, std::move(found.parameters));

  const std::string route_key = route.method + " " + route.path;
  const RouteContext context{
      .route_key = route_key, .scopes = route.scopes, .parameters = found.parameters};
  auto identity = co_await admit(*route.authorizer, request, context, clock_.now());
  if (!identity) co_return std::move(identity).error();
  co_return co_await route.integration(request, &*identity, std::move(found.parameters));
}

Task<http::Response> Gateway::guarded(http::Request& request) const {
  // The server would make a 500 of an exception too, but one that a browser hides from the page:
  // without CORS headers.
  try {
    co_return co_await dispatch(request);
  } catch (const std::exception& error) {
    log(LogLevel::error, "integration failed", {{"request", request.id}, {"reason", error.what()}});
  }
  co_return http::problem_response(Error{ErrorCode::internal, ""}, request);
}

}  // namespace

Result<http::Handler> gateway_handler(std::vector<Route> routes, Cors cors, const Clock& clock) {
  // Shared by the handler's copies and by running requests.
  auto gateway = std::make_shared<Gateway>(std::move(cors), clock);
  for (Route& route : routes) TRY(gateway->add(std::move(route)));
  return http::Handler([gateway = std::shared_ptr<const Gateway>(std::move(gateway))](
                           http::Request& request) { return Gateway::answer(gateway, request); });
}

}  // namespace tintype::gateway
