// From libvips' pixels to the bytes of a file.
#pragma once

#include <vips/vips8>

#include <string>

#include "base/result.h"
#include "image/limits.h"
#include "image/plan.h"

namespace tintype::image {

/// `image` is in memory, of 8 bits, with or without alpha. What is opaque takes the encoders
/// of the fast path (encode_planes.h), so that a plan means the same whatever the source was. The
/// file has no metadata, except that a plan of Colour::keep takes profile_of(image) along. JPEG,
/// which knows no transparency, gets a white ground. `too_large` if it would be over the limit. May
/// throw vips::VError.
Result<std::string> encode(const vips::VImage& image, const Plan& plan, const Limits& limits);

}  // namespace tintype::image
