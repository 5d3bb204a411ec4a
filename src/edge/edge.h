// The serving tier. Assets live under content-hashed keys and never change, so they are cached for
// ever; what a person's picture is now, only the alias knows, and it revalidates.
//
//   /avatars/<sub>/512/<hash>.jpg   the asset: immutable for a year, 404 if there is none
//   /avatars/<sub>/512.jpg          the alias: this format, Content-Location, ETag, no-cache
//   /avatars/<sub>/512              the alias, format by Accept
//   /avatars/<unknown>/512.jpg      a default avatar: initials on a colour of their own
//
//   path ──▶ asset ──────────────────────────▶ memory ──▶ store ──▶ conditions, range ──▶ response
//     └────▶ alias ──▶ catalog ──▶ negotiation ──┘ └─▶ worker (nobody's picture: draw one)
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/blocking_pool.h"
#include "base/result.h"
#include "bucket/naming.h"
#include "bucket/store.h"
#include "edge/asset_cache.h"
#include "http/message.h"
#include "image/variant.h"
#include "worker/pool.h"

namespace tintype::edge {

/// A collection as the edge serves it.
struct Collection {
  std::string name;
  std::vector<image::Variant> variants;
};

/// The asset that is an owner's current variant in a format.
struct CurrentAsset {
  bucket::Key key;
  image::Format format;
};

/// Who knows the current assets (function's manifests, which the edge must not know). Thread-safe;
/// blocks.
class Catalog {
 public:
  virtual ~Catalog() = default;
  /// All formats of the variant; empty if the owner has no picture.
  virtual Result<std::vector<CurrentAsset>> current(std::string_view collection,
                                                    const bucket::Owner& owner,
                                                    std::string_view variant) = 0;
};

/// On a response that is a default avatar: "1".
inline constexpr std::string_view kDefaultAvatarHeader = "X-Tintype-Default";

struct Options {
  std::vector<Collection> collections;
  bucket::BucketName assets_bucket;
  /// Assets, under their paths, and default avatars in memory. Shared with whoever removes assets
  /// and has them forgotten here; never null.
  std::shared_ptr<AssetCache> cache = std::make_shared<AssetCache>(16 << 20);
  std::size_t cached_asset_bytes_max = 1 << 20;  ///< Larger ones are read from the store each time.
};

/// The handler of the edge listener. What it refers to must outlive it.
http::Handler edge_handler(Options options, bucket::Store& store, Catalog& catalog,
                           worker::Pool& workers, BlockingPool& pool);

}  // namespace tintype::edge
