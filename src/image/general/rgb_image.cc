#include "image/general/rgb_image.h"

#include <algorithm>

namespace tintype::image {

Rgb to_rgb(const vips::VImage& image) {
  constexpr int kBands = 3;
  vips::VImage colours = image;
  if (image.bands() < kBands) {
    const vips::VImage grey = image.extract_band(0);
    colours = grey.bandjoin(grey).bandjoin(grey);
  }
  const vips::VImage memory = colours.cast(VIPS_FORMAT_UCHAR).copy_memory();
  Rgb rgb(memory.width(), memory.height());
  const auto* const samples = static_cast<const std::uint8_t*>(memory.data());
  std::copy_n(samples, rgb.samples.size(), rgb.samples.begin());
  return rgb;
}

Plane to_plane(const vips::VImage& image) {
  const vips::VImage memory = image.cast(VIPS_FORMAT_UCHAR).copy_memory();
  Plane plane(memory.width(), memory.height());
  const auto* samples = static_cast<const std::uint8_t*>(memory.data());
  for (int y = 0; y < plane.height(); ++y, samples += plane.width())
    std::copy_n(samples, plane.width(), plane.row(y));
  return plane;
}

}  // namespace tintype::image
