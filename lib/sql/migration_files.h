#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "sql/migrations.h"

namespace tintype::sql {

inline constexpr std::size_t kMigrationSizeMax = std::size_t{1} << 20;  // Of one file.

/// Reads the migrations of a folder, sorted by id; other files than *.sql are left alone.
/// `invalid_argument`, naming the file, for one that is misnamed (migrations.h says how they are
/// named), for an up without its down or the other way, and for an engine's without the other's.
Result<std::vector<Migration>> load_migrations(const std::filesystem::path& folder);

}  // namespace tintype::sql
