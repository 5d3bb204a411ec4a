#include "gateway/cors.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace tintype::gateway {

namespace {

/// What pages may send besides the safelisted headers. A fixed list: nothing is reflected.
constexpr std::string_view kHeadersAllowed =
    "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, range, "
    "traceparent, tracestate, x-api-key, x-request-id, x-requested-with";
/// What pages may read besides the safelisted headers.
constexpr std::string_view kHeadersExposed =
    "content-location, etag, location, ratelimit, ratelimit-policy, retry-after, www-authenticate, "
    "x-request-id";
/// Below it browsers send a cookie, that of the embedded issuer; the rest of the gateway knows
/// tokens alone, so that no page has to be trusted with more.
constexpr std::string_view kCookiePath = "/auth/";
/// Seconds a browser may remember a preflight; Chromium keeps none for longer.
constexpr std::string_view kPreflightMaxAge = "7200";

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    return host.find(':') != std::string_view::npos && std::ranges::all_of(host, [](char c) {
             return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
           });
  }
  return !host.empty() && std::ranges::all_of(host, is_host_character);
}

/// Why `origin` is none that a browser would send, and what to write; empty if it is one.
std::string fault_of(std::string_view origin) {
  const bool is_https = origin.starts_with("https://");
  if (!is_https && !origin.starts_with("http://"))
    return "begin it with http:// or https:// (\"*\" is not possible)";
  std::string_view rest = origin.substr(is_https ? 8 : 7);
  if (rest.find_first_of("/?#@") != std::string_view::npos)
    return "write scheme, host and port only, without '/' at the end";
  const std::size_t bracket = rest.rfind(']');
  const std::size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    const std::string_view port = rest.substr(colon + 1);
    const auto number = parse_integer<std::uint16_t>(port);
    if (!number || *number == 0 || port.starts_with('0')) return "the port is no number";
    if (*number == (is_https ? 443 : 80)) return "browsers leave the default port out; so must you";
    rest = rest.substr(0, colon);
  }
  if (!is_host(rest)) return "the host is not one (lower case, without \"*\")";
  return {};
}

void vary_by_origin(http::Response& response) {
  for (const std::string_view value : response.headers.find_all("Vary"))
    for (const std::string_view name : split(value, ','))
      if (equals_ignoring_case(trim(name), "origin") || trim(name) == "*") return;
  response.headers.add("Vary", "Origin");
}

}  // namespace

Result<Cors> Cors::make(std::vector<std::string> origins) {
  for (const std::string& origin : origins)
    if (const std::string fault = fault_of(origin); !fault.empty())
      return fail(ErrorCode::invalid_argument, "origin '" + origin + "': " + fault);
  return Cors(std::move(origins));
}

bool Cors::is_preflight(const http::Request& request) {
  // Fetch, 3.2.2: these three together; an OPTIONS without them is an ordinary request.
  return request.method == "OPTIONS" && request.headers.has("Origin") &&
         request.headers.has("Access-Control-Request-Method");
}

http::Response Cors::preflight(const http::Request& request,
                               std::string_view methods_allowed) const {
  http::Response response{.status = 204, .headers = {}, .body = {}, .content_length = {}};
  add_headers(request, response);
  if (!response.headers.has("Access-Control-Allow-Origin")) return response;
  response.headers.remove("Access-Control-Expose-Headers");
  response.headers.set("Access-Control-Allow-Methods", std::string(methods_allowed));
  response.headers.set("Access-Control-Allow-Headers", std::string(kHeadersAllowed));
  response.headers.set("Access-Control-Max-Age", std::string(kPreflightMaxAge));
  return response;
}

void Cors::add_headers(const http::Request& request, http::Response& response) const {
  // One owner: what an integration (a proxied server) said of CORS does not get out.
  for (const std::string_view name :
       {"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Methods", "Access-Control-Allow-Headers",
        "Access-Control-Expose-Headers", "Access-Control-Max-Age"})
    response.headers.remove(name);
  // Also where no origin is listed or sent: a cache must not give this answer to another origin.
  vary_by_origin(response);

  const auto sent = request.headers.find_all("Origin");
  if (sent.size() != 1) return;
  const auto listed = std::ranges::find(origins_, sent.front());
  if (listed == origins_.end()) return;
  response.headers.set("Access-Control-Allow-Origin", *listed);
  if (request.path.starts_with(kCookiePath))
    response.headers.set("Access-Control-Allow-Credentials", "true");
  response.headers.set("Access-Control-Expose-Headers", std::string(kHeadersExposed));
}

}  // namespace tintype::gateway
