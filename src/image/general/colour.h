// Colour: whatever the source says its numbers mean, results are sRGB, which needs no profile.
// Functions of libvips images; may throw vips::VError, which render() catches.
#pragma once

#include <vips/vips8>

#include <optional>

#include "image/general/nclx.h"

namespace tintype::image {

/// 8 bits of sRGB: three bands, and a fourth if there is alpha. `nclx` counts only where the image
/// has no profile. Brighter than white (HDR) is rolled off, not cut.
vips::VImage to_srgb(const vips::VImage& image, const std::optional<Nclx>& nclx);

/// The same as linear light (scRGB: floating point, 1 is white; alpha up to 255), for the best
/// mode.
vips::VImage to_linear(const vips::VImage& image, const std::optional<Nclx>& nclx);

}  // namespace tintype::image
