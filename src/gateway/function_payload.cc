#include "gateway/function_payload.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;

/// "12/Mar/2020:19:03:58 +0000"
std::string log_time(Instant at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  return fmt::format("{:%d/%b/%Y:%H:%M:%S} +0000", fmt::gmtime(seconds));
}

/// JSON is UTF-8. What is not is taken for ISO 8859-1, as HTTP once had it (RFC 9110, 5.5).
std::string as_unicode(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string unicode;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      unicode += c;
      continue;
    }
    unicode += static_cast<char>(0xc0 | (byte >> 6));
    unicode += static_cast<char>(0x80 | (byte & 0x3f));
  }
  return unicode;
}

/// Fields that only we may say: forwarding, and the identity as proxied servers get it. A '_' is a
/// '-' to many of those who read them.
bool is_ours(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name == "forwarded" || name.starts_with("x-forwarded-") || name.starts_with("x-tintype-");
}

void append(std::map<std::string, std::string>& values, std::string_view name,
            std::string_view value) {
  const std::string text = as_unicode(value);
  const auto [at, is_new] = values.try_emplace(as_unicode(name), text);
  if (!is_new) at->second.append(",").append(text);
}

json::object to_object(const std::map<std::string, std::string>& values) {
  json::object object;
  object.reserve(values.size());
  for (const auto& [name, value] : values) object.emplace(name, value);
  return object;
}

json::object headers_of(const http::Request& request) {
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : request.headers) {
    std::string lower = to_lower(name);
    if (lower == "cookie" || is_ours(lower)) continue;
    append(values, lower, value);
  }
  values["x-forwarded-for"] = request.remote_address;
  values["x-forwarded-proto"] = request.secure ? "https" : "http";
  values["x-request-id"] = request.id;
  return to_object(values);
}

json::array cookies_of(const http::Request& request) {
  json::array cookies;
  for (const std::string_view value : request.headers.find_all("Cookie"))
    for (const std::string_view cookie : split(value, ';'))
      if (const std::string_view text = trim(cookie); !text.empty())
        cookies.emplace_back(as_unicode(text));
  return cookies;
}

/// Like Query, and '+' is a space. A broken encoding does not get here: Query refused it.
json::object query_of(const http::Request& request) {
  std::map<std::string, std::string> values;
  for (const std::string_view pair : split(request.query_text, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto decode = [](std::string_view part) {
      std::string text(part);
      std::ranges::replace(text, '+', ' ');
      return percent_decode(text).value_or(text);
    };
    append(values, decode(pair.substr(0, equals)),
           equals == pair.size() ? "" : decode(pair.substr(equals + 1)));
  }
  return to_object(values);
}

/// A claim as AWS's authorizer hands it on.
std::string claim_text(const json::value& claim) {
  if (claim.is_string()) return std::string(claim.get_string());
  if (!claim.is_array()) return json::serialize(claim);
  std::string text = "[";
  for (const json::value& one : claim.get_array())
    text.append(text.size() > 1 ? " " : "").append(claim_text(one));
  return text + "]";
}

std::optional<json::object> authorizer_of(const Identity& identity) {
  if (!identity.claims_json.empty()) {
    json::object claims;
    // Verified and parsed once already, so it is an object.
    if (const auto parsed = parse_json_object(identity.claims_json))
      for (const auto& [name, value] : *parsed) claims.emplace(name, claim_text(value));
    json::value scopes = nullptr;
    if (!identity.scopes.empty())
      scopes = json::array(identity.scopes.begin(), identity.scopes.end());
    return json::object{{"jwt", {{"claims", std::move(claims)}, {"scopes", std::move(scopes)}}}};
  }
  if (identity.context.empty()) return std::nullopt;
  return json::object{{"lambda", to_object(identity.context)}};
}

bool is_text_type(std::string_view content_type) {
  const std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  constexpr std::array<std::string_view, 3> kTexts = {"application/json", "application/javascript",
                                                      "application/xml"};
  return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
         std::ranges::find(kTexts, type) != kTexts.end();
}

bool is_text(const http::Request& request, std::string_view body) {
  if (request.headers.has("Content-Encoding")) return false;
  const auto type = request.headers.find("Content-Type");
  return (!type || is_text_type(*type)) && is_utf8(body);
}

json::object context_of(const PayloadOrigin& origin, const PayloadParts& parts) {
  const http::Request& request = parts.request;
  const std::string_view host = request.headers.find("Host").value_or("");
  // Without its port, as the name of a domain; an IPv6 address keeps its colons.
  const std::size_t port = host.rfind(':');
  const bool has_port = port != std::string_view::npos && host.find(']', port) == host.npos;
  const std::string domain = as_unicode(host.substr(0, has_port ? port : host.size()));
  json::object context{
      {"accountId", origin.account_id},
      {"apiId", origin.api_id},
      {"domainName", domain},
      {"domainPrefix", domain.substr(0, domain.find('.'))},
      {"http",
       {{"method", request.method},
        {"path", as_unicode(request.path)},
        {"protocol", "HTTP/1.1"},
        {"sourceIp", request.remote_address},
        {"userAgent", as_unicode(request.headers.find("User-Agent").value_or(""))}}},
      {"requestId", request.id},
      {"routeKey", parts.route_key},
      {"stage", "$default"},
      {"time", log_time(parts.now)},
      {"timeEpoch", to_epoch_ms(parts.now)},
  };
  if (parts.identity != nullptr)
    if (auto authorizer = authorizer_of(*parts.identity))
      context.emplace("authorizer", *std::move(authorizer));
  return context;
}

}  // namespace

std::string write_payload(const PayloadOrigin& origin, const PayloadParts& parts) {
  const http::Request& request = parts.request;
  json::object payload{
      {"version", "2.0"},
      {"routeKey", parts.route_key},
      {"rawPath", as_unicode(request.path)},
      {"rawQueryString", as_unicode(request.query_text)},
      {"headers", headers_of(request)},
      {"requestContext", context_of(origin, parts)},
  };
  if (json::array cookies = cookies_of(request); !cookies.empty())
    payload.emplace("cookies", std::move(cookies));
  if (json::object query = query_of(request); !query.empty())
    payload.emplace("queryStringParameters", std::move(query));
  if (!parts.parameters.empty()) payload.emplace("pathParameters", to_object(parts.parameters));
  const bool in_base64 = !parts.body.empty() && !is_text(request, parts.body);
  if (!parts.body.empty())
    payload.emplace("body", in_base64 ? to_base64(as_bytes(parts.body)) : std::string(parts.body));
  payload.emplace("isBase64Encoded", in_base64);
  return json::serialize(payload);
}

}  // namespace tintype::gateway
