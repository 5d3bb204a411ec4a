#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "sql/database.h"

namespace tintype::bucket {

/// A content that is not what its row says.
struct Damage {
  std::string what;  ///< "object", "version" or "part".
  std::string bucket;
  std::string key;
  std::string id;          ///< Of the version, or of a part's upload.
  std::string content_id;  ///< The file.
  std::string reason;      ///< "missing", "size", "digest" or "unreadable".
};

struct Scrubbed {
  std::int64_t contents = 0;  ///< Read from the first byte to the last.
  std::uint64_t bytes = 0;
  std::int64_t damaged = 0;
  std::int64_t strays = 0;  ///< Files in content/ that no row names: harmless, and of no use.
};

/// Reads every content of a store and compares it to its row: its size, and the SHA-256 of objects
/// and versions, the MD5 of parts. Changes nothing, and may run beside the node that has the store
/// open: what that replaces meanwhile is passed by. Blocks for as long as reading the disk takes.
Result<Scrubbed> scrub(const std::filesystem::path& folder, sql::Database& database,
                       const std::function<void(const Damage&)>& tell);

}  // namespace tintype::bucket
