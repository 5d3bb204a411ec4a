#include "image/rgb_image.h"

namespace tintype::image {

vips::VImage to_image(const Rgb& rgb) {
  constexpr int kBands = 3;
  // libvips only reads it.
  void* const samples = const_cast<std::uint8_t*>(rgb.samples.data());
  return vips::VImage::new_from_memory(samples, rgb.samples.size(), rgb.width, rgb.height, kBands,
                                       VIPS_FORMAT_UCHAR)
      .copy(vips::VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

}  // namespace tintype::image
