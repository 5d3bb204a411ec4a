#pragma once

#include <vips/vips8>

#include "image/planes/rgb.h"

namespace tintype::image {

/// sRGB of 8 bits. Refers to `rgb`, which must outlive it. May throw vips::VError.
vips::VImage to_image(const Rgb& rgb);

}  // namespace tintype::image
