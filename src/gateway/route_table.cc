#include "gateway/route_table.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"

namespace tintype::gateway {

namespace {

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_plain(std::string_view segment) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  // '\\' is a '/' to some, and what follows a ';' is no part of the name to others.
  return segment.find_first_of("/\\;") == std::string_view::npos && segment != "." &&
         segment != ".." && std::ranges::none_of(segment, is_control) && is_utf8(segment);
}

}  // namespace

Result<std::vector<std::string>> path_segments(std::string_view path) {
  if (!path.starts_with('/')) return fail(ErrorCode::invalid_argument, "path: no '/' first");
  std::vector<std::string> segments;
  for (const std::string_view encoded : split(path.substr(1), '/')) {
    TRY_LET(std::string segment, percent_decode(encoded));
    if (!is_plain(segment)) return fail(ErrorCode::invalid_argument, "path: ambiguous segment");
    segments.push_back(std::move(segment));
  }
  return segments;
}

Result<Pattern::Segment> Pattern::parse_segment(std::string_view text) {
  if (!text.starts_with('{')) {
    if (text.find_first_of("{}%?#") != std::string_view::npos || !is_plain(text))
      return fail(ErrorCode::invalid_argument, "a segment is text, {name} or {name+}");
    return Segment{.kind = Kind::text, .text = std::string(text)};
  }
  if (!text.ends_with('}')) return fail(ErrorCode::invalid_argument, "a '{' without its '}'");
  std::string_view name = text.substr(1, text.size() - 2);
  const bool is_rest = name.ends_with('+');
  if (is_rest) name.remove_suffix(1);
  if (!is_name(name))
    return fail(ErrorCode::invalid_argument, "a parameter's name is A-Z a-z 0-9 _");
  return Segment{.kind = is_rest ? Kind::rest : Kind::one, .text = std::string(name)};
}

Result<Pattern> Pattern::parse(std::string_view text) {
  // Before all segments of a rank: '1' says all of a path, '2' has a greedy end, '3' is $default.
  if (text == kDefaultPath) {
    Pattern everything;
    everything.is_default_ = true;
    everything.rank_ = "3";
    return everything;
  }
  if (!text.starts_with('/')) return fail(ErrorCode::invalid_argument, "begin it with '/'");
  Pattern pattern;
  std::set<std::string, std::less<>> names;
  const auto parts = split(text.substr(1), '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_last = i + 1 == parts.size();
    if (parts[i].empty() && parts.size() > 1)
      return fail(ErrorCode::invalid_argument, "an empty segment (\"//\" or '/' at the end)");
    TRY_LET(Segment segment, parse_segment(parts[i]));
    if (segment.kind == Kind::rest && !is_last)
      return fail(ErrorCode::invalid_argument, "{" + segment.text + "+} must be last");
    if (segment.kind != Kind::text && !names.insert(segment.text).second)
      return fail(ErrorCode::invalid_argument, "{" + segment.text + "} is there twice");
    // '1' < '2' < '3': text, one, rest.
    switch (segment.kind) {
      case Kind::text: pattern.rank_ += "/1" + segment.text; break;
      case Kind::one: pattern.rank_ += "/2"; break;
      case Kind::rest: pattern.rank_ += "/3"; break;
    }
    pattern.segments_.push_back(std::move(segment));
  }
  const bool is_greedy = pattern.segments_.back().kind == Kind::rest;
  pattern.rank_.insert(0, is_greedy ? "2" : "1");
  return pattern;
}

bool Pattern::match(const std::vector<std::string>& segments,
                    std::map<std::string, std::string>& parameters) const {
  if (is_default_) {
    parameters.clear();
    return true;
  }
  const bool has_rest = segments_.back().kind == Kind::rest;
  if (has_rest ? segments.size() < segments_.size() : segments.size() != segments_.size())
    return false;
  std::map<std::string, std::string> found;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    if (segment.kind == Kind::text && segments[i] != segment.text) return false;
    if (segment.kind == Kind::text) continue;
    if (segments[i].empty()) return false;  // "/uploads/" is not an upload without a name.
    if (segment.kind == Kind::one) {
      found[segment.text] = segments[i];
      continue;
    }
    std::string& rest = found[segment.text] = segments[i];
    for (std::size_t next = i + 1; next < segments.size(); ++next) rest += '/' + segments[next];
    parameters = std::move(found);
    return true;
  }
  parameters = std::move(found);
  return true;
}

bool Pattern::overlaps(const Pattern& other) const {
  if (is_default_ || other.is_default_) return true;
  for (std::size_t i = 0;; ++i) {
    if (i == segments_.size() || i == other.segments_.size())
      return segments_.size() == other.segments_.size();
    const Segment& mine = segments_[i];
    const Segment& theirs = other.segments_[i];
    if (mine.kind == Kind::text && theirs.kind == Kind::text) {
      if (mine.text != theirs.text) return false;
      continue;
    }
    // A parameter is never empty; "/" is one empty segment.
    const Segment& text = mine.kind == Kind::text ? mine : theirs;
    if (text.kind == Kind::text && text.text.empty()) return false;
    if (mine.kind == Kind::rest || theirs.kind == Kind::rest) return true;
  }
}

}  // namespace tintype::gateway
