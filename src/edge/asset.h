#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"
#include "bucket/store.h"
#include "http/message.h"
#include "image/plan.h"

namespace tintype::edge {

/// A finished picture, ready to be sent any number of times. Immutable, and so thread-safe.
struct Asset {
  std::string etag;  ///< Strong, with its quotes.
  image::Format format;
  Instant modified_at;
  std::uint64_t size = 0;
  std::shared_ptr<const std::string> bytes;  ///< Shared with the responses that are being sent.
  Fd content;                                ///< Of an asset too large for memory; bytes is null.
};

/// Shared by the cache and by everyone who is sending it.
using AssetPtr = std::shared_ptr<const Asset>;

/// Opens an asset, and reads it if it has at most `bytes_max` bytes. What the store says; `corrupt`
/// if there are fewer bytes than it promised. Blocks.
struct AssetQuery {
  const bucket::BucketName& bucket;
  const bucket::Key& key;
  const std::string& hash;
  image::Format format;
  std::size_t bytes_max;
};
Result<Asset> load_asset(bucket::Store& store, const AssetQuery& query);

/// A body with `range` of the asset. `unavailable` if we are out of descriptors.
Status set_body(http::Response& response, const Asset& asset, const http::Range& range);

}  // namespace tintype::edge
