#include "people/exchange.h"

#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

namespace tintype::people {

Task<OrAnswer<boost::json::object>> read_object(http::Request& request, std::size_t size_max) {
  const auto refused = [&request](int status, std::string code, std::string detail) {
    return std::unexpected(http::problem_response(
        {.status = status, .code = std::move(code), .detail = std::move(detail)}, request));
  };
  const std::string_view announced = request.headers.find("Content-Type").value_or("");
  if (!equals_ignoring_case(trim(announced.substr(0, announced.find(';'))), "application/json"))
    co_return refused(415, "unsupported_media_type",
                      "Send JSON, with Content-Type: application/json.");
  const auto body = co_await http::read_all(*request.body, size_max);
  if (!body && body.error().code == ErrorCode::too_large)
    co_return refused(413, "too_large",
                      "The body has more than " + std::to_string(size_max) + " bytes.");
  if (!body) co_return std::unexpected(http::problem_response(body.error(), request));
  auto object = parse_json_object(*body);
  if (!object)
    co_return refused(400, "invalid_request",
                      "The body must be one JSON object in which each name is there once.");
  co_return *std::move(object);
}

http::Response invalid_fields(const http::Request& request,
                              std::vector<http::Problem::Fault> faults) {
  return http::problem_response({.status = 422,
                                 .code = "invalid_fields",
                                 .detail = "Some fields are not as they must be; see errors.",
                                 .errors = std::move(faults)},
                                request);
}

Revisions parse_if_match(std::string_view header) {
  if (trim(header) == "*") return {};
  Revisions revisions;
  for (std::string_view etag : split(header, ',')) {
    etag = trim(etag);
    // If-Match compares strongly: a weak one is none of ours.
    if (etag.size() < 2 || !etag.starts_with('"') || !etag.ends_with('"')) continue;
    if (const auto one = parse_integer<std::int64_t>(etag.substr(1, etag.size() - 2)))
      revisions.push_back(*one);
  }
  if (revisions.empty()) revisions.push_back(-1);  // Which no profile has.
  return revisions;
}

std::string write_etag(std::int64_t revision) { return "\"" + std::to_string(revision) + "\""; }

http::Response answer_to(const Error& error, const http::Request& request,
                         std::string_view what_is_missing) {
  if (error.code == ErrorCode::not_found)
    return http::problem_response(
        {.status = 404, .code = "not_found", .detail = std::string(what_is_missing)}, request);
  if (error.code == ErrorCode::denied)
    return http::problem_response(
        {.status = 410,
         .code = "person_deleted",
         .detail = "This person was deleted. The same sign-in can be used again a day later."},
        request);
  log(error.code == ErrorCode::unavailable ? LogLevel::warning : LogLevel::error,
      "people request failed", {{"request", request.id}, {"reason", error.message}});
  return http::problem_response(error, request);
}

}  // namespace tintype::people
