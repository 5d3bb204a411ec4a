// RGB to PNG, by libpng.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "image/plan.h"
#include "image/planes/rgb.h"

namespace tintype::image {

struct PngSettings {
  Mode mode = Mode::fast;     ///< `best` looks longer for repetitions.
  std::string_view icc = {};  ///< Embedded if it is not empty.
  std::size_t size_max = 32U << 20U;
};

/// A file of 8-bit RGB without any metadata but the profile. `too_large` if it would be larger than
/// `size_max`.
Result<std::string> encode_png(const Rgb& rgb, const PngSettings& settings);

/// The same file with a profile. REQUIRES: `file` is a PNG, and has none yet.
Result<std::string> png_with_profile(std::string_view file, std::string_view icc,
                                     std::size_t size_max);

}  // namespace tintype::image
