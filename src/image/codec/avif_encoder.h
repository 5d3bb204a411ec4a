// Planes to AVIF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "image/plan.h"
#include "image/planes/plane.h"

namespace tintype::image {

struct AvifSettings {
  int quality = 50;  ///< 1 to 100.
  Mode mode = Mode::fast;
  std::string_view icc = {};  ///< Embedded if it is not empty; else the file says that it is sRGB.
  const Plane* alpha = nullptr;  ///< Of luma's size; colours are not multiplied by it.
  std::size_t size_max = 32U << 20U;
};

/// `too_large` if the file is larger than `size_max`, or a side than AV1's 65536 pixels.
Result<std::string> encode_avif(const Planes& planes, const AvifSettings& settings);

}  // namespace tintype::image
