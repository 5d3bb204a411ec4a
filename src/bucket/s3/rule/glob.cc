#include "bucket/s3/rule/glob.h"

#include <cstddef>

namespace tintype::bucket {

bool matches_glob(std::string_view text, std::string_view pattern, bool any_character) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;  // The last one, and
  std::size_t star_end = 0;                   // where in the text what it stands for ends.
  while (at < text.size()) {
    const bool is_star = in_pattern < pattern.size() && pattern[in_pattern] == '*';
    const bool fits =
        in_pattern < pattern.size() &&
        (pattern[in_pattern] == text[at] || (any_character && pattern[in_pattern] == '?'));
    if (is_star) {
      star = in_pattern++;
      star_end = at;
    } else if (fits) {
      ++at;
      ++in_pattern;
    } else if (star != std::string_view::npos) {
      at = ++star_end;
      in_pattern = star + 1;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace tintype::bucket
