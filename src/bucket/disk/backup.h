// A copy of a store and its rows that fit together, made while a node goes on writing.
//
//   folder for links ──▶ snapshot of rows ──▶ link what it names ──▶ copy the links ──▶ no folder
//        └───────── what the store removes from now on, it links there first ────────────┘
//
// A content never changes, and a link keeps it whatever becomes of its row: so what the snapshot
// names can be copied at leisure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace tintype::bucket {

struct BackedUp {
  std::int64_t contents = 0;
  std::uint64_t bytes = 0;
};

/// Copies the store in `folder` and the SQLite database of its rows into the folder `to`, which is
/// there and empty: objects/ and tintype.db, synced. `conflict` if another backup of the store is
/// being made; `corrupt` naming a content that a row names and the store has not. Blocks for as
/// long as copying takes.
Result<BackedUp> back_up(const std::filesystem::path& folder, const std::string& database_url,
                         const std::filesystem::path& to);

}  // namespace tintype::bucket
