#include "http/trusted_proxies.h"

#include <algorithm>
#include <optional>
#include <ranges>

#include "base/text.h"

namespace tintype::http {
namespace {

/// "192.0.2.7", "192.0.2.7:80", "2001:db8::1", "[2001:db8::1]:80": without the port, or nothing.
std::optional<Address> parse_node(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && (!rest.starts_with(':') || !parse_integer<std::uint16_t>(rest.substr(1))))
      return std::nullopt;
    text = text.substr(1, close - 1);
    if (text.find(':') == std::string_view::npos) return std::nullopt;
  } else if (std::ranges::count(text, ':') == 1) {
    const std::size_t colon = text.find(':');
    if (!parse_integer<std::uint16_t>(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  const auto address = Address::parse(text);
  return address ? std::optional(*address) : std::nullopt;
}

/// Splits outside of quotes; nothing if a quote does not end.
std::optional<std::vector<std::string_view>> split_quoted(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == separator) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  if (quoted) return std::nullopt;
  parts.push_back(text.substr(begin));
  return parts;
}

/// A token or a quoted-string (RFC 7239, 4); one with a backslash is nothing that we look for.
std::string_view unquote(std::string_view text) {
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
    return text.substr(1, text.size() - 2);
  return text;
}

bool is_request_id(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=:@";
  return !text.empty() && text.size() <= TrustedProxies::kIdSizeMax &&
         text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& ranges, Field field) {
  TrustedProxies trusted;
  trusted.field_ = field;
  for (const std::string& text : ranges) {
    TRY_LET(const AddressRange range, AddressRange::parse(text));
    trusted.ranges_.push_back(range);
  }
  return trusted;
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto parsed = Address::parse(address);
  return parsed && std::ranges::any_of(
                       ranges_, [&](const AddressRange& range) { return range.contains(*parsed); });
}

std::vector<TrustedProxies::Hop> TrustedProxies::hops_of(const Headers& headers) const {
  std::vector<Hop> hops;
  if (field_ == Field::x_forwarded_for) {
    for (const std::string_view value : headers.find_all("X-Forwarded-For"))
      for (const std::string_view entry : split(value, ','))
        hops.push_back({.address = std::string(trim(entry)), .proto = {}});
    // Each proxy replaces it; of one that appends, the last word is the nearest one's.
    const auto protos = headers.find_all("X-Forwarded-Proto");
    if (!hops.empty() && !protos.empty())
      hops.back().proto = trim(split(protos.back(), ',').back());
    return hops;
  }
  for (const std::string_view value : headers.find_all("Forwarded")) {
    const auto elements = split_quoted(value, ',');
    if (!elements) return {};
    for (const std::string_view element : *elements) {
      Hop& hop = hops.emplace_back();
      const auto pairs = split_quoted(element, ';');
      if (!pairs) return {};
      for (const std::string_view pair : *pairs) {
        const std::size_t equals = std::min(pair.find('='), pair.size() - (pair.empty() ? 0 : 1));
        const std::string_view name = trim(pair.substr(0, equals));
        const auto text = pair.empty() ? pair : unquote(trim(pair.substr(equals + 1)));
        if (equals_ignoring_case(name, "for")) hop.address = text;
        if (equals_ignoring_case(name, "proto")) hop.proto = text;
      }
    }
  }
  return hops;
}

void TrustedProxies::apply(Request& request) const {
  if (!trusts(request.remote_address)) return;
  const auto ids = request.headers.find_all("X-Request-Id");
  if (ids.size() == 1 && is_request_id(ids.front())) request.id = ids.front();
  const auto hops = hops_of(request.headers);
  if (!hops.empty() && !hops.back().proto.empty())
    request.secure = equals_ignoring_case(hops.back().proto, "https");
  for (const Hop& hop : std::views::reverse(hops)) {
    const auto address = parse_node(hop.address);
    if (!address) return;
    request.remote_address = address->str();
    if (!trusts(request.remote_address)) return;
  }
}

}  // namespace tintype::http
