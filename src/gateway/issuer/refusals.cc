#include "gateway/issuer/refusals.h"

#include <algorithm>
#include <string>

#include "base/log.h"
#include "http/problem.h"

namespace tintype::gateway {

http::Response too_many_attempts(const http::Request& request, std::chrono::seconds wait) {
  auto response =
      http::problem_response({.status = 429,
                              .code = "too_many_attempts",
                              .detail = "Too many attempts. Wait a little, then try again."},
                             request);
  response.headers.set("Retry-After",
                       std::to_string(std::max(wait, std::chrono::seconds(1)).count()));
  return response;
}

http::Response foreign_page(const http::Request& request) {
  return http::problem_response(
      {.status = 403,
       .code = "foreign_page",
       .detail = "Pages of other origins cannot sign people in or out here."},
      request);
}

http::Response issuer_failed(const http::Request& request, const Error& error) {
  log(error.code == ErrorCode::unavailable ? LogLevel::warning : LogLevel::error, "issuer failed",
      {{"request", request.id}, {"reason", error.message}});
  return http::problem_response(error, request);
}

}  // namespace tintype::gateway
