// When two texts are the same to whoever reads them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::writing {

// Each takes UTF-8 (`invalid_argument` for anything else). Thread-safe.

/// In Unicode's normal form KC: a wide or a styled letter is the letter.
Result<std::string> compatible(std::string_view text);

/// Equal for texts that differ by case or by compatible forms alone (NFKC_Casefold, Unicode 3.13).
Result<std::string> fold_case(std::string_view text);

/// Equal for texts that look alike, in whatever case one of them is: "paypal" and "paypaI", the
/// Latin "ada" and the Cyrillic one (the skeleton of Unicode Technical Standard 39, 4). For
/// comparing only; nobody should see it.
Result<std::string> skeleton(std::string_view text);

}  // namespace tintype::writing
