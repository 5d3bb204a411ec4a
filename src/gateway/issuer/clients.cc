#include "gateway/issuer/clients.h"

#include <algorithm>

#include "base/text.h"

namespace tintype::gateway {

namespace {

constexpr std::size_t kUriSizeMax = 2'000;

bool is_plain(std::string_view uri) {
  // Printable ASCII but for what a URI has not (RFC 3986), '\' which some take for '/', '*' which
  // looks like a pattern and is none, and what ends a directive of a Content-Security-Policy.
  return std::ranges::all_of(uri, [](char c) {
    return c > ' ' && c < '\x7f' &&
           std::string_view("\"<>\\^`{|}#*;,'").find(c) == std::string_view::npos;
  });
}

/// What is between "//" and the path or query.
std::string_view authority_of(std::string_view uri) {
  const std::size_t begin = uri.find("://");
  if (begin == std::string_view::npos) return {};
  return uri.substr(begin + 3, uri.find_first_of("/?", begin + 3) - begin - 3);
}

bool has_own_scheme(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  const std::string_view scheme = uri.substr(0, colon);
  return colon != std::string_view::npos && scheme.contains('.') && scheme.front() >= 'a' &&
         scheme.front() <= 'z' && std::ranges::all_of(scheme, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

/// "http://127.0.0.1" of a loopback URI by address, else empty.
std::string_view loopback_prefix(std::string_view uri) {
  for (const std::string_view prefix : {"http://127.0.0.1", "http://[::1]"})
    if (uri.starts_with(prefix)) {
      const std::string_view rest = uri.substr(prefix.size());
      if (rest.empty() || rest.front() == ':' || rest.front() == '/' || rest.front() == '?')
        return prefix;
    }
  return {};
}

/// What follows ":port", or nothing if the port is none.
std::string_view without_port(std::string_view rest, bool& is_valid) {
  is_valid = true;
  if (!rest.starts_with(':')) return rest;
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  const auto port = parse_integer<std::uint16_t>(rest.substr(1, end - 1));
  is_valid = port && *port != 0;
  return rest.substr(end);
}

}  // namespace

bool is_redirect_uri(std::string_view uri) {
  if (uri.empty() || uri.size() > kUriSizeMax || !is_plain(uri)) return false;
  if (has_own_scheme(uri)) return true;
  const std::string_view authority = authority_of(uri);
  if (authority.empty() || authority.contains('@')) return false;
  if (uri.starts_with("https://")) return true;
  if (!loopback_prefix(uri).empty()) return true;
  return uri.starts_with("http://") &&
         (authority == "localhost" || authority.starts_with("localhost:"));
}

bool is_same_redirect(std::string_view registered, std::string_view uri) {
  if (registered == uri) return true;
  const std::string_view prefix = loopback_prefix(registered);
  if (prefix.empty() || loopback_prefix(uri) != prefix || !is_redirect_uri(uri)) return false;
  bool was_valid = false;
  bool is_valid = false;
  const std::string_view wanted = without_port(registered.substr(prefix.size()), was_valid);
  const std::string_view rest = without_port(uri.substr(prefix.size()), is_valid);
  return was_valid && is_valid && wanted == rest;
}

const OauthClient* OauthClients::find(std::string_view id) const {
  const auto at = std::ranges::find(clients_, id, &OauthClient::id);
  return at == clients_.end() ? nullptr : &*at;
}

bool may_redirect(const OauthClient& client, std::string_view uri) {
  return std::ranges::any_of(client.redirect_uris, [&](const std::string& registered) {
    return is_same_redirect(registered, uri);
  });
}

std::string source_of(std::string_view redirect_uri) {
  const std::string_view authority = authority_of(redirect_uri);
  const std::string scheme(redirect_uri.substr(0, redirect_uri.find(':')));
  if (scheme != "http" && scheme != "https") return scheme + ":";
  return scheme + "://" + std::string(authority);
}

}  // namespace tintype::gateway
