#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace tintype::sql {

/// Writes an SQLite database as it is at one instant to a new file, synced; others may write on
/// meanwhile. `unsupported` for PostgreSQL, whose own tools do it (pg_dump); `conflict` if the file
/// exists.
Status write_snapshot(const std::string& url, const std::filesystem::path& to);

}  // namespace tintype::sql
