// Profiles of displays and phones are three curves and a matrix: RGB becomes light, light of other
// primaries becomes light of sRGB's, which becomes sRGB. In vectors; lcms2 takes twenty times as
// long.
#pragma once

#include <array>

#include "image/planes/rgb.h"

namespace tintype::image {

struct Shaper {
  std::array<std::array<float, 256>, 3> curves;  ///< Light of each sample of red, green and blue.
  std::array<std::array<float, 3>, 3> matrix;    ///< Rows: red, green and blue of sRGB.
};

/// In place. What lies outside of sRGB is cut, channel by channel.
void shape(const Shaper& shaper, Rgb& picture);

}  // namespace tintype::image
