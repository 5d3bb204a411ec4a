// The order of keys as listings walk it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::bucket {

/// The least text greater than all that begin with `prefix`; nothing if there is none. UTF-8, if
/// `prefix` is.
std::optional<std::string> after_all_of(std::string_view prefix);

/// What of `key` up to the first delimiter behind the prefix stands for all keys that begin so;
/// nothing if it stands for itself.
std::optional<std::string> common_prefix_of(std::string_view key, std::string_view prefix,
                                            std::string_view delimiter);

/// `invalid_argument` unless it is UTF-8 without NUL, which is all that PostgreSQL compares.
Status check_key_text(std::string_view text);

}  // namespace tintype::bucket
