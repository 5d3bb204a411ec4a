// What people write of themselves and to each other, as it is kept: in Unicode's normal form C, and
// without characters that nobody sees or that turn the text around, with which one name looks like
// another (Unicode Technical Report 36, 2.7 and 3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::writing {

struct ProseRule {
  std::size_t length_min;  ///< In code points of what is kept; as `maxLength` of JSON Schema.
  std::size_t length_max;
  bool lines;  ///< Line feeds are kept. Else it is one line.
};

/// More marks than this on one letter are no writing, but an attack on the lines around it.
inline constexpr std::size_t kMarksMax = 8;

/// Normalises `text` and takes the blanks at its ends; every other blank becomes a space, CR LF a
/// line feed. Refused with a sentence for whoever wrote it (`invalid_argument`): another length,
/// control and format characters, private and unassigned ones, a lone joiner, nothing visible.
/// Joiners stay where writing needs them: between emoji, and as RFC 5892 (A.1, A.2) has it in
/// Arabic and Indic words.
Result<std::string> parse_prose(std::string_view text, const ProseRule& rule);

}  // namespace tintype::writing
