// The way through RGB, for the few pictures that need it: those with a colour profile. Small ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/planes/plane.h"

namespace tintype::image {

/// Interleaved, 8 bits each, rows without gaps.
struct Rgb {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> samples;  ///< 3 * width * height.

  Rgb() = default;
  Rgb(int columns, int rows);

  std::uint8_t* row(int y) { return samples.data() + offset(y); }
  const std::uint8_t* row(int y) const { return samples.data() + offset(y); }

 private:
  std::size_t offset(int y) const {
    return 3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(y);
  }
};

/// Chroma of 4:2:0 is interpolated with a triangle, as JFIF's siting wants it.
Rgb to_rgb(const Planes& planes);

/// With `subsampled` 4:2:0, whose chroma is the mean of 2 x 2 pixels; else 4:4:4. Rounded once.
Planes from_rgb(const Rgb& rgb, bool subsampled);

}  // namespace tintype::image
