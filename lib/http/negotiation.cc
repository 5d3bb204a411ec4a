// The three small grammars by which a client says what it wants: Accept, If-None-Match, Range.
#include <algorithm>
#include <limits>

#include "http/message.h"

namespace tintype::http {
namespace {

/// "0.8" as 800, or nothing if it is no qvalue (RFC 9110, 12.4.2).
std::optional<int> parse_quality(std::string_view text) {
  constexpr std::size_t kSizeMax = 5;  // "0.123"
  if (text.empty() || text.size() > kSizeMax || (text[0] != '0' && text[0] != '1'))
    return std::nullopt;
  int quality = (text[0] - '0') * 1000;
  if (text.size() == 1) return quality;
  if (text[1] != '.') return std::nullopt;
  int weight = 100;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return std::nullopt;
    quality += (c - '0') * weight;
    weight /= 10;
  }
  return quality <= 1000 ? std::optional(quality) : std::nullopt;
}

/// How exactly `range` names `media_type`: 3 "image/webp", 2 "image/*", 1 "*/*", 0 not at all.
int specificity(std::string_view range, std::string_view media_type) {
  if (range == "*/*") return 1;
  if (range.ends_with("/*")) {
    const std::string_view type = range.substr(0, range.size() - 1);  // With its '/'.
    return equals_ignoring_case(type, media_type.substr(0, type.size())) ? 2 : 0;
  }
  return equals_ignoring_case(range, media_type) ? 3 : 0;
}

/// A decimal number; one too large for us is the largest we know: sizes never reach it.
std::optional<std::uint64_t> parse_position(std::string_view text) {
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || !digits) return std::nullopt;
  return parse_integer<std::uint64_t>(text).value_or(std::numeric_limits<std::uint64_t>::max());
}

/// The opaque part of an entity tag: without W/ and quotes.
std::string_view opaque_tag(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"'))
    etag = etag.substr(1, etag.size() - 2);
  return etag;
}

/// Takes the first element off a list of entity tags. A comma inside quotes separates nothing.
std::string_view take_etag(std::string_view& list) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < list.size(); ++end) {
    if (list[end] == '"') quoted = !quoted;
    if (list[end] == ',' && !quoted) break;
  }
  const std::string_view element = trim(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return element;
}

}  // namespace

int accept_quality(std::optional<std::string_view> header, std::string_view media_type) {
  if (!header || trim(*header).empty()) return 1000;
  int best_specificity = 0;
  int best_quality = 0;
  for (const std::string_view element : split(*header, ',')) {
    const auto parts = split(element, ';');
    const int specific = specificity(trim(parts[0]), media_type);
    if (specific == 0) continue;
    // Other parameters ("charset", "profile") do not make it another type for us.
    int quality = 1000;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string_view parameter = trim(parts[i]);
      if (parameter.starts_with("q=") || parameter.starts_with("Q="))
        quality = parse_quality(parameter.substr(2)).value_or(0);
    }
    if (specific > best_specificity) {
      best_specificity = specific;
      best_quality = quality;
    } else if (specific == best_specificity) {
      best_quality = std::max(best_quality, quality);
    }
  }
  return best_quality;
}

bool etag_listed(std::string_view header, std::string_view etag) {
  if (trim(header) == "*") return true;
  // Without quotes too, as several S3 clients send it.
  while (!header.empty()) {
    const std::string_view element = take_etag(header);
    if (!element.empty() && opaque_tag(element) == opaque_tag(etag)) return true;
  }
  return false;
}

Result<std::optional<Range>> parse_range(std::string_view header, std::uint64_t size_total) {
  constexpr std::string_view kUnit = "bytes=";
  header = trim(header);
  if (!equals_ignoring_case(header.substr(0, kUnit.size()), kUnit)) return std::nullopt;
  const std::string_view spec = trim(header.substr(kUnit.size()));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = parse_position(spec.substr(0, dash));
  const auto last = parse_position(spec.substr(dash + 1));
  const auto unsatisfiable = fail(ErrorCode::invalid_argument, "range: not satisfiable");

  if (dash == 0) {  // "-500": the last 500 bytes.
    if (!last) return std::nullopt;
    if (*last == 0 || size_total == 0) return unsatisfiable;
    const std::uint64_t size = std::min(*last, size_total);
    return Range{.offset = size_total - size, .size = size};
  }
  const bool open = dash + 1 == spec.size();
  if (!first || (!last && !open) || (last && *last < *first)) return std::nullopt;
  if (*first >= size_total) return unsatisfiable;
  const std::uint64_t end = open ? size_total : std::min(*last, size_total - 1) + 1;
  return Range{.offset = *first, .size = end - *first};
}

}  // namespace tintype::http
