#include "gateway/issuer/browser.h"

#include <algorithm>

#include "base/text.h"

namespace tintype::gateway {

std::optional<std::string> cookie_of(const http::Request& request, std::string_view name) {
  std::optional<std::string> found;
  for (const std::string_view field : request.headers.find_all("Cookie"))
    for (const std::string_view part : split(field, ';')) {
      const std::string_view pair = trim(part);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (found) return std::nullopt;
      found = std::string(pair.substr(equals + 1));
    }
  return found;
}

std::string write_cookie(const Cookie& cookie, const Secret& value) {
  std::string text(cookie.name);
  text += '=';
  text += value.reveal();
  text += "; Path=";
  text += cookie.path;
  text += "; Max-Age=" + std::to_string(cookie.lifetime.count()) + "; HttpOnly; SameSite=Strict";
  if (cookie.secure) text += "; Secure";
  return text;
}

bool is_foreign(const http::Request& request, std::span<const std::string> origins) {
  const auto sent = request.headers.find_all("Origin");
  if (sent.empty()) return false;
  if (sent.size() > 1) return true;
  const std::string_view origin = sent.front();
  if (std::ranges::find(origins, origin) != origins.end()) return false;
  const std::size_t host = origin.find("://");
  return host == std::string_view::npos ||
         origin.substr(host + 3) != request.headers.find("Host").value_or("");
}

}  // namespace tintype::gateway
