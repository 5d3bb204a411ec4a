// Which route a path means. A pattern is a list of segments: text, {name} (one segment) or, at the
// end, {name+} (the rest); or "$default". As with API Gateway's HTTP APIs, a pattern that says all
// of a path comes first, then one with a greedy end, then $default; of two alike the more literal
// one, compared from the left:
//
//   /uploads/latest   before   /uploads/{id}   before   /uploads/{proxy+}   before   $default
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tintype::gateway {

/// The decoded segments of a request's path: "/a/b%20c/" is "a", "b c", "". `invalid_argument` for
/// what others on the way may read differently: "." and "..", an encoded slash, a backslash, a ';'
/// (which begins a parameter of the segment to some), a control character, broken
/// percent-encoding, no UTF-8.
Result<std::vector<std::string>> path_segments(std::string_view path);

/// The pattern of every path, with no parameters.
inline constexpr std::string_view kDefaultPath = "$default";

/// A parsed pattern.
class Pattern {
 public:
  /// `invalid_argument` naming the fault.
  static Result<Pattern> parse(std::string_view text);

  /// Fills `parameters` if `segments` match.
  bool match(const std::vector<std::string>& segments,
             std::map<std::string, std::string>& parameters) const;
  /// Equal for patterns that match the same paths, whatever their parameters are called; less for
  /// the one to be tried first.
  const std::string& rank() const { return rank_; }
  /// True if there is a path that both match.
  bool overlaps(const Pattern& other) const;

 private:
  enum class Kind { text, one, rest };
  struct Segment {
    Kind kind;
    std::string text;  // Of text: itself; else the parameter's name.
  };
  Pattern() = default;
  static Result<Segment> parse_segment(std::string_view text);

  std::vector<Segment> segments_;
  bool is_default_ = false;
  std::string rank_;
};

}  // namespace tintype::gateway
