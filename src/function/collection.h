#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "image/limits.h"
#include "image/variant.h"

namespace tintype::function {

/// A kind of upload, as the functions that run on it see it.
struct Collection {
  std::string name;  ///< "avatars"
  std::vector<image::Variant> variants;
  image::Limits limits;
  bool keep_source = false;  ///< Else it is deleted once the assets exist.
  /// How long replaced assets stay readable, at the least.
  std::chrono::milliseconds replaced_kept{24 * std::chrono::hours(1)};
  /// How long the source of a failed upload can be inspected.
  std::chrono::milliseconds failed_kept{7 * 24 * std::chrono::hours(1)};
};

/// From its last write on an asset is left alone for so long, whatever the manifest says: the
/// attempt that wrote it, or found it there, may be about to name it.
inline constexpr std::chrono::milliseconds kAssetUntouched = std::chrono::minutes(10);
/// So an attempt relies on nothing older than this, and publishes nothing after this. The two
/// together are less than kAssetUntouched, and the rest is for clocks that differ.
inline constexpr std::chrono::milliseconds kAttemptMax = std::chrono::minutes(4);
static_assert(2 * kAttemptMax < kAssetUntouched);

/// From the end of an upload to its tidying, where things are kept for `kept`: never so soon that
/// what the upload wrote would be left alone.
inline std::chrono::milliseconds tidied_after(std::chrono::milliseconds kept) {
  return std::max(kept, 2 * kAssetUntouched);
}

}  // namespace tintype::function
