// RGB to PNG, by libpng.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "image/plan.h"
#include "image/planes/rgb.h"

namespace tintype::image {

struct PngSettings {
  Mode mode = Mode::fast;  ///< `best` looks longer for repetitions.
  std::size_t size_max = 32U << 20U;
};

/// A file of 8-bit RGB without any metadata. `too_large` if it would be larger than `size_max`.
Result<std::string> encode_png(const Rgb& rgb, const PngSettings& settings);

}  // namespace tintype::image
