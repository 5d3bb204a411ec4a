// Planes to lossy WebP.
//
// WebP knows one kind of samples: Y'CbCr of BT.601 in limited range, 4:2:0. So the planes that come
// in here are of limited range, unlike everybody else's; whoever makes them converts in the same
// pass that rounds to 8 bits (planes/range.h), and nothing is rounded twice.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "image/plan.h"
#include "image/planes/plane.h"
#include "image/planes/rgb.h"

namespace tintype::image {

struct WebpSettings {
  int quality = 80;  ///< 1 to 100.
  Mode mode = Mode::fast;
  std::string_view icc = {};  ///< Embedded if it is not empty.
  std::size_t size_max = 32U << 20U;
};

/// `too_large` if the file would be larger than `size_max`, or a side than WebP's 16383 pixels.
/// REQUIRES: `planes` are in limited range, and grey or 4:2:0.
Result<std::string> encode_webp(const Planes& planes, const WebpSettings& settings);

/// Of full range, and with all of chroma. In mode `best` libwebp then halves chroma by light and
/// makes luma match ("sharp YUV"), which is worth the way through RGB.
Result<std::string> encode_webp(const Rgb& rgb, const WebpSettings& settings);

/// The same file with a profile, in the extended container. REQUIRES: `file` is a WebP.
Result<std::string> webp_with_profile(std::string_view file, std::string_view icc,
                                      std::size_t size_max);

}  // namespace tintype::image
