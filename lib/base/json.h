#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace boost::json {
class object;  // NOLINT(readability-identifier-naming): theirs.
}

namespace tintype {

/// Deeper nesting is refused, so that hostile text cannot take our stack.
inline constexpr std::size_t kJsonDepthMax = 32;

/// Reads untrusted text that must be one JSON object (RFC 8259). `invalid_argument` if it is not,
/// if it nests too deep, or if any object in it has a name twice: Boost.JSON would keep the last
/// one, others keep the first, and an attacker would choose who sees which. Include
/// <boost/json.hpp> where you call it. The caller limits the size.
Result<boost::json::object> parse_json_object(std::string_view text);

}  // namespace tintype
