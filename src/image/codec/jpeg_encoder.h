// Planes to JPEG. What a setting costs and gains: README.md of this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "image/planes/plane.h"

namespace tintype::image {

/// libjpeg reads no more, though T.81 has 65535.
inline constexpr int kJpegSideMax = 65'500;

struct JpegSettings {
  int quality = 80;  ///< 1 to 100, on the Independent JPEG Group's scale.
  /// In mode `best`: chroma of luma's size is written with half of it, and luma made to match.
  bool halve_chroma = false;
  std::string_view icc = {};          ///< Embedded if it is not empty.
  std::size_t size_max = 32U << 20U;  ///< At least 1.
};

/// A baseline file with Huffman codes of its own. `too_large` if it would be larger than
/// `size_max`, a side than kJpegSideMax pixels, or the profile than 255 segments.
Result<std::string> encode_jpeg(const Planes& planes, const JpegSettings& settings);

}  // namespace tintype::image
