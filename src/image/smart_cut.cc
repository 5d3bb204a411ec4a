#include "image/smart_cut.h"

#include <vips/vips8>

#include <algorithm>
#include <cmath>

#include "image/rgb_image.h"

namespace tintype::image {

Cut smart_cut(const Rgb& small, const Placement& place) {
  // The picture's and the result's shape decide; sizes are those of `small`.
  const double horizontal = static_cast<double>(small.width) / place.resized.width;
  const double vertical = static_cast<double>(small.height) / place.resized.height;
  const auto side = [](int pixels, double scale, int most) {
    return std::clamp(static_cast<int>(std::lround(pixels * scale)), 1, most);
  };
  const vips::VImage cropped = to_image(small).smartcrop(
      side(place.result.width, horizontal, small.width),
      side(place.result.height, vertical, small.height),
      vips::VImage::option()->set("interesting", VIPS_INTERESTING_ATTENTION));
  // An image that was cut out remembers where its origin went.
  const auto cut = [](int offset, double scale, int most) {
    return std::clamp(static_cast<int>(std::lround(-offset / scale)), 0, most);
  };
  return {.left = cut(cropped.xoffset(), horizontal, place.resized.width - place.result.width),
          .top = cut(cropped.yoffset(), vertical, place.resized.height - place.result.height)};
}

}  // namespace tintype::image
