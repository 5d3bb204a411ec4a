#include "gateway/proxy_fields.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace tintype::gateway {

namespace {

using Names = std::set<std::string, std::less<>>;

/// "X_Forwarded_For" is "x-forwarded-for": CGI and what came after it spell '-' as '_'.
std::string canonical(std::string_view name) {
  std::string text = to_lower(name);
  std::ranges::replace(text, '_', '-');
  return text;
}

bool is_hop_by_hop(std::string_view canonical_name) {
  constexpr std::array<std::string_view, 10> kNames = {"connection",
                                                       "keep-alive",
                                                       "proxy-authenticate",
                                                       "proxy-authorization",
                                                       "proxy-connection",
                                                       "te",
                                                       "trailer",
                                                       "transfer-encoding",
                                                       "upgrade",
                                                       "expect"};
  return std::ranges::find(kNames, canonical_name) != kNames.end();
}

/// What only we may say to a backend. "Proxy" would become HTTP_PROXY in a CGI ("httpoxy").
bool is_ours(std::string_view canonical_name) {
  constexpr std::array<std::string_view, 10> kNames = {
      "forwarded",      "x-real-ip",     "x-client-ip",  "true-client-ip",  "x-cluster-client-ip",
      "x-original-url", "x-rewrite-url", "x-request-id", "x-original-host", "proxy"};
  return canonical_name.starts_with("x-forwarded-") || canonical_name.starts_with("x-tintype-") ||
         std::ranges::find(kNames, canonical_name) != kNames.end();
}

/// Of one hop, as its sender named them.
Names named_by_connection(const http::Headers& headers) {
  Names names;
  for (const std::string_view value : headers.find_all("Connection"))
    for (const std::string_view name : split(value, ',')) names.insert(to_lower(trim(name)));
  return names;
}

/// Visible ASCII without '%' as it is, all else "%XX", so that nothing is lost and nothing breaks.
std::string visible(std::string_view text) {
  std::string all;
  for (const char c : text) {
    const bool plain = c > ' ' && c <= '~' && c != '%';
    all += plain ? std::string(1, c) : percent_encode(std::string_view(&c, 1));
  }
  return all;
}

bool is_authority(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
}

void add_forwarding(const http::Request& request, http::Headers& fields) {
  const std::string& address = request.remote_address;
  const std::string proto = request.secure ? "https" : "http";
  const bool is_v6 = address.find(':') != std::string::npos;
  // RFC 7239, 6: an IPv6 address is in brackets, and therefore quoted.
  std::string forwarded = "for=" + (is_v6 ? "\"[" + address + "]\"" : address) + ";proto=" + proto;
  fields.add("X-Forwarded-For", address);
  fields.add("X-Forwarded-Proto", proto);
  const std::string host(request.headers.find("Host").value_or(""));
  if (is_authority(host)) {
    forwarded += ";host=\"" + host + "\"";
    fields.add("X-Forwarded-Host", host);
  }
  fields.add("Forwarded", std::move(forwarded));
}

void add_identity(const Identity& identity, http::Headers& fields) {
  fields.add("X-Tintype-Sub", visible(identity.subject));
  fields.add("X-Tintype-Issuer", visible(identity.issuer));
  if (!identity.client_id.empty()) fields.add("X-Tintype-Client-Id", visible(identity.client_id));
  std::string scopes;
  for (const std::string& scope : identity.scopes)
    scopes += (scopes.empty() ? "" : " ") + visible(scope);
  if (!scopes.empty()) fields.add("X-Tintype-Scopes", std::move(scopes));
  if (!identity.claims_json.empty())
    fields.add("X-Tintype-Claims", to_base64url(as_bytes(identity.claims_json)));
  if (identity.context.empty()) return;
  boost::json::object context;
  for (const auto& [name, value] : identity.context) context[name] = value;
  fields.add("X-Tintype-Context", to_base64url(as_bytes(boost::json::serialize(context))));
}

/// `location` without the upstream's scheme, host and base path, if it is there.
std::string relative_to(const http::UpstreamUrl& url, std::string_view location) {
  const std::string scheme = url.origin.secure ? "https://" : "http://";
  const std::string with_port = scheme + url.origin.host + ":" + std::to_string(url.origin.port);
  for (const std::string& origin : {scheme + url.origin.authority(), with_port}) {
    if (!equals_ignoring_case(location.substr(0, origin.size()), origin)) continue;
    std::string_view rest = location.substr(origin.size());
    if (!rest.empty() && rest.front() != '/' && rest.front() != '?' && rest.front() != '#')
      continue;  // Another host that begins alike.
    const std::string_view base(url.path);
    const bool is_below = rest.starts_with(base) && url.path.find('{') == std::string::npos &&
                          (rest.size() == base.size() || rest[base.size()] == '/');
    if (is_below) rest.remove_prefix(base.size());
    return rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  }
  return std::string(location);
}

}  // namespace

http::Headers request_fields(const http::Request& request, const Identity* identity,
                             const ProxyOptions& options, const http::Origin& origin) {
  http::Headers fields;
  const Names named = named_by_connection(request.headers);
  const std::string client_host(request.headers.find("Host").value_or(""));
  fields.add("Host", options.pass_host && !client_host.empty() ? client_host : origin.authority());
  std::string via;
  for (const auto& [name, value] : request.headers) {
    const std::string plain = canonical(name);
    if (plain == "via") via += value + ", ";
    if (plain == "host" || plain == "via" || plain == "content-length") continue;
    if (plain == "authorization" && !options.pass_authorization) continue;
    if (is_hop_by_hop(plain) || is_ours(plain) || named.contains(to_lower(name))) continue;
    fields.add(name, value);
  }
  fields.add("Via", via + "1.1 tintype");  // RFC 9110, 7.6.3: a gateway must, towards the server.
  fields.add("X-Request-Id", request.id);
  add_forwarding(request, fields);
  if (identity != nullptr) add_identity(*identity, fields);
  return fields;
}

http::Headers answer_fields(const http::Headers& fields, const http::UpstreamUrl& url,
                            std::string_view request_id) {
  http::Headers kept;
  const Names named = named_by_connection(fields);
  for (const auto& [name, value] : fields) {
    const std::string plain = to_lower(name);
    if (is_hop_by_hop(plain) || named.contains(plain) || plain == "content-length" ||
        plain == "x-request-id" || plain == "alt-svc" || plain.starts_with("access-control-"))
      continue;
    const bool is_place = plain == "location" || plain == "content-location";
    kept.add(name, is_place ? relative_to(url, value) : value);
  }
  kept.add("x-request-id", std::string(request_id));
  return kept;
}

}  // namespace tintype::gateway
