#include "gateway/function_integration.h"

#include <utility>

#include "base/log.h"
#include "gateway/function_answer.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

/// Immutable; shared by the integration and its running requests.
struct Bound {
  FunctionRoute route;
  std::shared_ptr<FunctionClient> client;
  const Clock& clock;
};

http::Problem problem_of(FunctionFailure::Fault fault) {
  switch (fault) {
    case FunctionFailure::Fault::failed:
      return {.status = 502, .code = "function_failed", .detail = "The function failed."};
    case FunctionFailure::Fault::timed_out:
      return {.status = 504,
              .code = "function_timed_out",
              .detail = "The function did not answer in time."};
    case FunctionFailure::Fault::unavailable:
      return {.status = 503,
              .code = "function_unavailable",
              .detail = "The function is not available now. Try again later."};
    case FunctionFailure::Fault::too_large:
      return {.status = 502,
              .code = "function_answer_too_large",
              .detail = "The function's answer is larger than allowed."};
  }
  __builtin_unreachable();
}

http::Response answer_failure(const Bound& bound, const http::Request& request,
                              const FunctionFailure& failure) {
  log(LogLevel::warning, "function gave no answer",
      {{"request", request.id}, {"function", bound.route.name}, {"reason", failure.message}});
  http::Response response = http::problem_response(problem_of(failure.fault), request);
  if (response.status == 503) response.headers.set("Retry-After", "1");
  return response;
}

http::Response answer_of(const Bound& bound, const http::Request& request,
                         std::string_view answer) {
  auto response = parse_answer(answer);
  if (response) return *std::move(response);
  log(LogLevel::warning, "function's answer was none",
      {{"request", request.id},
       {"function", bound.route.name},
       {"reason", response.error().message}});
  return http::problem_response({.status = 502,
                                 .code = "function_answer_invalid",
                                 .detail = "The function's answer is not a response."},
                                request);
}

/// `bound` and `identity` are held by the frame.
Task<http::Response> ask(std::shared_ptr<const Bound> bound, http::Request& request,
                         const Identity* identity, Parameters parameters) {
  const auto body = co_await http::read_all(*request.body, bound->route.body_bytes_max);
  if (!body) co_return http::problem_response(body.error(), request);
  Invocation invocation{
      .payload = write_payload(bound->route.origin, {.request = request,
                                                     .body = *body,
                                                     .identity = identity,
                                                     .parameters = parameters,
                                                     .route_key = bound->route.route_key,
                                                     .now = bound->clock.now()}),
      .request_id = request.id,
      .traceparent = std::string(request.headers.find("traceparent").value_or(""))};
  if (invocation.payload.size() > FunctionClient::kPayloadSizeMax)
    co_return http::problem_response(Error{ErrorCode::too_large, "payload over its limit"},
                                     request);
  const FunctionAnswer answer = co_await bound->client->invoke(std::move(invocation));
  co_return answer ? answer_of(*bound, request, *answer)
                   : answer_failure(*bound, request, answer.error());
}

}  // namespace

Integration function_integration(FunctionRoute route, std::shared_ptr<FunctionClient> client,
                                 const Clock& clock) {
  auto bound = std::make_shared<const Bound>(Bound{std::move(route), std::move(client), clock});
  return [bound](http::Request& request, const Identity* identity, Parameters parameters) {
    return ask(bound, request, identity, std::move(parameters));
  };
}

}  // namespace tintype::gateway
