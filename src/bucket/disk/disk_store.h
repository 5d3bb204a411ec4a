#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "bucket/multiparts.h"
#include "bucket/store.h"

namespace tintype::bucket {

/// The Store on local disk: rows in `database`, contents as files under
/// `folder`/content/ab/abcd..., those whose row is coming or going under `folder`/pending/.
/// docs/formats/objects.md.
struct DiskStoreOptions {
  std::filesystem::path folder;
  std::uint64_t object_bytes_max = 5ULL << 30;  ///< S3's limit of one PUT; here also of all parts.
  /// What must stay free on its disk, so that rows can still be written, and objects removed.
  std::uint64_t disk_free_min = 64ULL << 20;
  std::size_t cache_bytes_max = 32ULL << 20;  ///< Of small objects in memory.
  std::vector<Observer*> observers;           ///< In the order in which they are asked; not owned.
};

/// Sweeps what an earlier crash left, which takes as long as there is of it, then opens. `database`
/// has run its migrations; it, `clock` and the observers must outlive the Store, and the Store its
/// Uploads. One process owns a folder at a time: `conflict` for another.
Result<std::unique_ptr<MultipartStore>> open_disk_store(DiskStoreOptions options,
                                                        sql::Database& database,
                                                        const Clock& clock);

}  // namespace tintype::bucket
