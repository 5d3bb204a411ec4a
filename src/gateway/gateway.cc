#include "gateway/gateway.h"

#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "base/log.h"
#include "gateway/admission.h"
#include "gateway/route_table.h"
#include "gateway/routes.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

/// Fields by which a client asks servers behind us to take the request for another one than the
/// route, and its authorizer, was chosen for.
constexpr std::array<std::string_view, 5> kOverrides = {"X-HTTP-Method-Override", "X-HTTP-Method",
                                                        "X-Method-Override", "X-Original-URL",
                                                        "X-Rewrite-URL"};

http::Response ambiguous_path(const http::Request& request) {
  return http::problem_response(
      {.status = 400,
       .code = "invalid_path",
       .detail = "The path has a segment that can be read in more than one way."},
      request);
}

http::Response unknown_path(const http::Request& request) {
  return http::problem_response(
      {.status = 404, .code = "not_found", .detail = "There is nothing at this path."}, request);
}

http::Response unknown_method(const http::Request& request, const std::string& methods) {
  auto response = http::problem_response(
      {.status = 405, .code = "method_not_allowed", .detail = "This path takes " + methods + "."},
      request);
  response.headers.set("Allow", methods);
  return response;
}

http::Response allowed_methods(const std::string& methods) {
  return {.status = 204, .headers = {{"Allow", methods}}, .body = {}, .content_length = {}};
}

http::Response too_many_requests(const http::Request& request) {
  return http::problem_response(
      {.status = 429,
       .code = "too_many_requests",
       .detail = "Too many requests. Wait for as long as Retry-After says, then try again."},
      request);
}

http::Response too_large(const http::Request& request) {
  return http::problem_response(Error{ErrorCode::too_large, ""}, request);
}

/// Immutable once made, so that all loops share it; what it counts is thread-safe.
class Gateway {
 public:
  Gateway(Routes routes, Cors cors, const Clock& clock, const ThrottlePolicy& throttle)
      : routes_(std::move(routes)),
        cors_(std::move(cors)),
        clock_(clock),
        throttling_(std::make_unique<Throttling>(throttle, "")) {}

  /// `self` is held by the frame: a handler may be dropped while its requests end.
  static Task<http::Response> answer(std::shared_ptr<const Gateway> self, http::Request& request) {
    for (const std::string_view name : kOverrides) request.headers.remove(name);
    ThrottleReport report;
    http::Response response = co_await self->guarded(request, report);
    report.write_to(response.headers);
    response.headers.set("X-Request-Id", request.id);  // Ours, whatever an integration says.
    // A preflight's answer is all CORS already; only a refused one is like other answers.
    if (!Cors::is_preflight(request) || response.status != 204)
      self->cors_.add_headers(request, response);
    co_return response;
  }

 private:
  Task<http::Response> guarded(http::Request& request, ThrottleReport& report) const;
  Task<http::Response> dispatch(http::Request& request, ThrottleReport& report) const;
  Task<http::Response> run(const Routes::Entry& entry, http::Request& request,
                           Parameters parameters, ThrottleReport& report) const;

  const Routes routes_;
  const Cors cors_;
  const Clock& clock_;
  const std::unique_ptr<Throttling> throttling_;  // Over all routes.
};

/// From the request to its route.
Task<http::Response> Gateway::dispatch(http::Request& request, ThrottleReport& report) const {
  const auto segments = path_segments(request.path);
  Routes::Found found = segments ? routes_.find(*segments, request.method) : Routes::Found{};
  // Only who is not let through to a route asks which methods there are.
  const std::string methods =
      segments && found.entry == nullptr ? routes_.methods(*segments) : std::string();
  // Before the authorizer and the tokens: a browser sends no credentials with a preflight, and asks
  // for one itself.
  if (Cors::is_preflight(request) && !methods.empty()) co_return cors_.preflight(request, methods);
  if (!throttling_->admit_address(request.remote_address, clock_.now(), report))
    co_return too_many_requests(request);
  if (!segments) co_return ambiguous_path(request);
  if (found.entry == nullptr) {
    if (methods.empty()) co_return unknown_path(request);
    if (request.method == "OPTIONS") co_return allowed_methods(methods);
    co_return unknown_method(request, methods);
  }
  request.remarks.route = found.entry->key;
  co_return co_await run(*found.entry, request, std::move(found.parameters), report);
}

/// From the route to its answer.
Task<http::Response> Gateway::run(const Routes::Entry& entry, http::Request& request,
                                  Parameters parameters, ThrottleReport& report) const {
  const Route& route = entry.route;
  const Instant now = clock_.now();
  if (!entry.throttling->admit_address(request.remote_address, now, report))
    co_return too_many_requests(request);
  if (request.content_length.value_or(0) > route.body_bytes_max) co_return too_large(request);
  request.body->limit(route.body_bytes_max);

  std::optional<Identity> identity;
  if (route.authorizer != kOpen) {
    const RouteContext context{
        .route_key = entry.key, .scopes = route.scopes, .parameters = parameters};
    auto admitted = co_await admit(*route.authorizer, request, context, now);
    if (!admitted) co_return std::move(admitted).error();
    identity = *std::move(admitted);
    request.remarks.subject = identity->subject;
    // What is the caller's own before what others share.
    if (!entry.throttling->admit_identity(*identity, now, report) ||
        !throttling_->admit_identity(*identity, now, report))
      co_return too_many_requests(request);
  }
  if (!entry.throttling->admit_anybody(now, report) || !throttling_->admit_anybody(now, report))
    co_return too_many_requests(request);
  co_return co_await route.integration(request, identity ? &*identity : nullptr,
                                       std::move(parameters));
}

Task<http::Response> Gateway::guarded(http::Request& request, ThrottleReport& report) const {
  // The server would make a 500 of an exception too, but one that a browser hides from the page:
  // without CORS headers.
  try {
    co_return co_await dispatch(request, report);
  } catch (const std::exception& error) {
    log(LogLevel::error, "integration failed", {{"request", request.id}, {"reason", error.what()}});
  }
  co_return http::problem_response(Error{ErrorCode::internal, ""}, request);
}

}  // namespace

Result<http::Handler> gateway_handler(std::vector<Route> routes, Cors cors, const Clock& clock,
                                      const ThrottlePolicy& throttle) {
  Routes all;
  for (Route& route : routes) TRY(all.add(std::move(route)));
  TRY(all.check());
  // Shared by the handler's copies and by running requests.
  auto gateway = std::make_shared<const Gateway>(std::move(all), std::move(cors), clock, throttle);
  return http::Handler(
      [gateway](http::Request& request) { return Gateway::answer(gateway, request); });
}

}  // namespace tintype::gateway
