// From pixels to the bytes of a file. May throw vips::VError, which render() catches.
#pragma once

#include <vips/vips8>

#include <string>

#include "image/plan.h"

namespace tintype::image {

/// From 4:2:0 nobody sees a loss in photographs at usual qualities; who asks for more than this
/// wants the last bit of colour too. Of JPEG, on both paths.
inline constexpr int kSubsampledQualityMax = 90;

/// `image` is sRGB in memory. The file has no metadata. JPEG, which knows no transparency, gets a
/// white ground.
std::string encode(const vips::VImage& image, const Plan& plan);

}  // namespace tintype::image
