#include "bucket/s3/request/conditions.h"

#include <chrono>
#include <optional>

namespace tintype::bucket {

namespace {

/// HTTP's dates have whole seconds; comparing more would find every object changed.
std::chrono::sys_seconds seconds_of(Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at);
}

/// Nothing if the header is absent or no date: then the condition is ignored (RFC 9110, 13.1.3).
std::optional<std::chrono::sys_seconds> find_date(const http::Headers& headers,
                                                  std::string_view name) {
  const auto text = headers.find(name);
  if (!text) return std::nullopt;
  const auto date = parse_http_date(*text);
  if (!date) return std::nullopt;
  return seconds_of(*date);
}

}  // namespace

Verdict check_read_conditions(const http::Headers& headers, std::string_view etag,
                              Instant modified_at) {
  const auto modified = seconds_of(modified_at);
  if (const auto list = headers.find("If-Match")) {
    if (!http::etag_listed(*list, etag)) return Verdict::failed;
  } else if (const auto date = find_date(headers, "If-Unmodified-Since")) {
    if (modified > *date) return Verdict::failed;
  }
  if (const auto list = headers.find("If-None-Match")) {
    if (http::etag_listed(*list, etag)) return Verdict::not_modified;
  } else if (const auto date = find_date(headers, "If-Modified-Since")) {
    if (modified <= *date) return Verdict::not_modified;
  }
  return Verdict::proceed;
}

bool range_applies(const http::Headers& headers, std::string_view etag, Instant modified_at) {
  const auto condition = headers.find("If-Range");
  if (!condition) return true;
  if (const auto date = find_date(headers, "If-Range")) return *date == seconds_of(modified_at);
  return *condition == etag;
}

}  // namespace tintype::bucket
