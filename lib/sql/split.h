#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tintype::sql {

/// The statements of an SQL file, without their `;` and without comments (`-- ...` to the end of
/// the line), in which SOCI would see parameters and quotes. A `;` or `--` within quotes is text.
std::vector<std::string> split_statements(std::string_view text);

}  // namespace tintype::sql
