#include "people/exchange.h"

#include "base/log.h"
#include "base/text.h"
#include "http/problem.h"

namespace tintype::people {

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
