#pragma once

#include <vips/vips8>

#include "image/planes/plane.h"
#include "image/planes/rgb.h"

namespace tintype::image {

/// A copy of the pixels of `image`, which is sRGB of 8 bits without alpha, or grey. May throw
/// vips::VError.
Rgb to_rgb(const vips::VImage& image);

/// The same of an image of one band.
Plane to_plane(const vips::VImage& image);

}  // namespace tintype::image
