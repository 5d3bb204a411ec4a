// Planes to JPEG. What a setting costs and gains: README.md of this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "image/planes/plane.h"

namespace tintype::image {

struct JpegSettings {
  int quality = 80;  ///< 1 to 100, on the Independent JPEG Group's scale.
  bool progressive = false;
  std::string_view icc = {};          ///< Embedded if it is not empty.
  std::size_t size_max = 32U << 20U;  ///< At least 1.
};

/// `too_large` if the file would be larger than `size_max`, a side than 65500 pixels (libjpeg's
/// limit; T.81 has 65535), or the profile than 255 segments.
Result<std::string> encode_jpeg(const Planes& planes, const JpegSettings& settings);

}  // namespace tintype::image
