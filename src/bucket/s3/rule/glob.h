#pragma once

#include <string_view>

namespace tintype::bucket {

/// Whether `text` is all of `pattern`, in which '*' stands for any text and, with `any_character`,
/// '?' for any one byte. In time of the product of both sizes at most.
bool matches_glob(std::string_view text, std::string_view pattern, bool any_character = false);

}  // namespace tintype::bucket
