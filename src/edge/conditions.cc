#include "edge/conditions.h"

namespace tintype::edge {
namespace {

/// A date that cannot be read is ignored (RFC 9110, 13.1.3 and 13.1.4).
std::optional<Instant> date_of(const http::Headers& headers, std::string_view name) {
  const auto text = headers.find(name);
  if (!text) return std::nullopt;
  const auto date = parse_http_date(*text);
  return date ? std::optional(*date) : std::nullopt;
}

/// As Last-Modified tells it: in whole seconds.
std::optional<Instant> told(const std::optional<Instant>& modified_at) {
  if (!modified_at) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*modified_at);
}

/// If-Range (RFC 9110, 13.1.5) compares strongly: a W/ never agrees, nor does a list.
bool range_agrees(const http::Headers& headers, const Validators& validators) {
  const auto field = headers.find("If-Range");
  if (!field) return true;
  if (*field == validators.etag) return true;
  const auto date = parse_http_date(*field);
  return date && validators.modified_at && *date == told(validators.modified_at);
}

}  // namespace

std::optional<std::string> combined(const http::Headers& headers, std::string_view name) {
  std::optional<std::string> result;
  for (const std::string_view value : headers.find_all(name)) {
    if (result)
      *result += ", ";
    else
      result.emplace();
    *result += value;
  }
  return result;
}

Verdict check_conditions(const http::Headers& headers, const Validators& validators) {
  const auto modified_at = told(validators.modified_at);
  if (const auto match = combined(headers, "If-Match")) {
    if (!http::etag_listed(*match, validators.etag)) return Verdict::failed;
  } else if (const auto date = date_of(headers, "If-Unmodified-Since"); date && modified_at) {
    if (*modified_at > *date) return Verdict::failed;
  }
  if (const auto none_match = combined(headers, "If-None-Match")) {
    if (http::etag_listed(*none_match, validators.etag)) return Verdict::not_modified;
  } else if (const auto date = date_of(headers, "If-Modified-Since"); date && modified_at) {
    if (*modified_at <= *date) return Verdict::not_modified;
  }
  return Verdict::send;
}

Result<std::optional<http::Range>> choose_range(const http::Request& request,
                                                const Validators& validators,
                                                std::uint64_t size_total) {
  const auto range = combined(request.headers, "Range");
  if (request.method != "GET" || !range || !range_agrees(request.headers, validators))
    return std::nullopt;
  return http::parse_range(*range, size_total);
}

}  // namespace tintype::edge
