#include "gateway/admission.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

std::string realm_of(const Challenge& challenge) {
  return std::string(challenge.scheme) + " realm=\"tintype\"";
}

http::Response missing(const http::Request& request, const Challenge& challenge) {
  // RFC 6750, 3.1: who sent no token is told how to sign in, and of no error.
  auto response =
      http::problem_response({.status = 401,
                              .code = "missing_token",
                              .detail = "Sign in, and send what proves it in the header " +
                                        std::string(challenge.header) + "."},
                             request);
  response.headers.set("WWW-Authenticate", realm_of(challenge));
  return response;
}

http::Response invalid(const http::Request& request, const Challenge& challenge) {
  auto response = http::problem_response(
      {.status = 401,
       .code = "invalid_token",
       .detail = "The access token is not valid, or no longer. Sign in again."},
      request);
  response.headers.set("WWW-Authenticate",
                       realm_of(challenge) +
                           ", error=\"invalid_token\", error_description=\"The access token is "
                           "expired, malformed or not for this service\"");
  return response;
}

http::Response insufficient(const http::Request& request, const Challenge& challenge,
                            std::span<const std::string> scopes) {
  std::string list;
  for (const std::string& scope : scopes) list += (list.empty() ? "" : " ") + scope;
  auto response = http::problem_response(
      {.status = 403,
       .code = "insufficient_scope",
       .detail = "The access token does not reach that far. It needs one of: " + list + "."},
      request);
  response.headers.set(
      "WWW-Authenticate",
      realm_of(challenge) + ", error=\"insufficient_scope\", scope=\"" + list + "\"");
  return response;
}

http::Response refusal(const Error& error, const http::Request& request,
                       const Challenge& challenge) {
  if (error.code == ErrorCode::unauthenticated)
    return request.headers.has(challenge.header) ? invalid(request, challenge)
                                                 : missing(request, challenge);
  if (error.code == ErrorCode::denied || error.code == ErrorCode::unavailable)
    return http::problem_response(error, request);
  return http::problem_response(Error{ErrorCode::internal, ""}, request);
}

bool has_any(const std::vector<std::string>& granted, std::span<const std::string> wanted) {
  return std::ranges::find_first_of(granted, wanted) != granted.end();
}

}  // namespace

Task<std::expected<Identity, http::Response>> admit(const Authorizer& authorizer,
                                                    const http::Request& request,
                                                    const RouteContext& route, Instant now) {
  auto identity = co_await authorizer.authorize(request, route, now);
  if (!identity) {
    const ErrorCode code = identity.error().code;
    const bool is_ours = code != ErrorCode::unauthenticated && code != ErrorCode::denied;
    log(is_ours ? LogLevel::warning : LogLevel::info, "request refused",
        {{"request", request.id}, {"reason", identity.error().message}});
    co_return std::unexpected(refusal(identity.error(), request, authorizer.challenge()));
  }
  if (!route.scopes.empty() && !has_any(identity->scopes, route.scopes)) {
    log(LogLevel::info, "request refused",
        {{"request", request.id}, {"reason", "token: has no scope of the route"}});
    co_return std::unexpected(insufficient(request, authorizer.challenge(), route.scopes));
  }
  co_return *std::move(identity);
}

}  // namespace tintype::gateway
