#include "http/problem.h"

#include <boost/json.hpp>

namespace tintype::http {
namespace {

constexpr const char* kRetryAfterSeconds = "1";

}  // namespace

Response problem_response(const Problem& problem, const Request& request) {
  boost::json::object document = {
      {"type", "about:blank"},  // RFC 9457, 4.2.1: the title is the status' phrase.
      {"title", std::string(reason_phrase(problem.status))},
      {"status", problem.status},
      {"detail", problem.detail},
      {"code", problem.code},
      {"request_id", request.id},
  };
  if (!problem.errors.empty()) {
    boost::json::array errors;
    for (const Problem::Fault& fault : problem.errors)
      errors.push_back({{"pointer", fault.pointer}, {"detail", fault.detail}});
    document["errors"] = std::move(errors);
  }
  Response response;
  response.status = problem.status;
  response.headers.add("Content-Type", "application/problem+json");
  response.headers.add("Cache-Control", "no-store");
  response.body = boost::json::serialize(document);
  response.problem_code = problem.code;
  return response;
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::unauthenticated: return 401;
    case ErrorCode::denied: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::conflict: return 409;
    case ErrorCode::too_large: return 413;
    case ErrorCode::exhausted: return 507;
    case ErrorCode::unsupported: return 501;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::damaged_input: return 400;
    case ErrorCode::corrupt:
    case ErrorCode::internal: return 500;
  }
  __builtin_unreachable();
}

std::string_view public_detail(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "The request is not valid.";
    case ErrorCode::unauthenticated: return "Sign in to do this.";
    case ErrorCode::denied: return "You may not do this.";
    case ErrorCode::not_found: return "There is no such thing here.";
    case ErrorCode::conflict: return "It has changed meanwhile. Read it again.";
    case ErrorCode::too_large: return "That is larger than allowed.";
    case ErrorCode::exhausted: return "There is no room left for it.";
    case ErrorCode::unsupported: return "This is not supported.";
    case ErrorCode::unavailable: return "This is not available now. Try again later.";
    case ErrorCode::damaged_input: return "What arrived is damaged or incomplete.";
    case ErrorCode::corrupt: return "Something stored here is damaged.";
    case ErrorCode::internal: return "Something went wrong on our side.";
  }
  __builtin_unreachable();
}

Response problem_response(const Error& error, const Request& request) {
  Response response = problem_response(Problem{.status = status_of(error.code),
                                               .code = std::string(to_string(error.code)),
                                               .detail = std::string(public_detail(error.code))},
                                       request);
  if (error.code == ErrorCode::unavailable) response.headers.add("Retry-After", kRetryAfterSeconds);
  // RFC 9110, 11.6.1: a 401 must say how to sign in. Everything that answers with problem documents
  // takes bearer tokens.
  if (error.code == ErrorCode::unauthenticated) response.headers.add("WWW-Authenticate", "Bearer");
  return response;
}

Response json_response(int status, std::string json) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = std::move(json);
  return response;
}

}  // namespace tintype::http
