#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "bucket/naming.h"
#include "bucket/store.h"
#include "event/queue.h"
#include "function/manifest.h"
#include "sql/database.h"

namespace tintype::function {

/// Takes an owner's picture in one collection away: the manifest becomes one without assets, so
/// that the edge shows a default at once, and the assets go.
///
/// The empty manifest stays, and stands behind everything that had arrived before it: an older
/// upload that is still being worked on comes too late (compare_writes), a newer one wins as ever.
/// Thread-safe; blocks.
class Removal {
 public:
  struct Parts {
    bucket::Store& store;   ///< Of uploads,
    bucket::Store& assets;  ///< and of assets: the same, or another one.
    bucket::BucketName uploads_bucket;
    bucket::BucketName assets_bucket;
    sql::Database& database;
    event::Queue& queue;
    Manifests& manifests;
    const Clock& clock;
  };
  Removal(std::string collection, Parts parts);

  /// False if there was nothing to take away. Once it returns, no request to the edge that begins
  /// finds the picture by its owner; assets are gone too, but for those written within
  /// kAssetUntouched, which the tidy function removes.
  Result<bool> remove(const bucket::Owner& owner);

 private:
  Result<std::string> newest_arrival(const bucket::Owner& owner) const;
  void remove_assets(const std::vector<Asset>& assets, Instant now);

  const std::string collection_;
  const Parts parts_;
};

}  // namespace tintype::function
