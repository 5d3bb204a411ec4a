// Colour: whatever the source says its numbers mean, results are sRGB, which needs no profile; or,
// where the plan asks for it, they mean what they meant in the source.
// Functions of libvips images; may throw vips::VError, which render() catches.
#pragma once

#include <vips/vips8>

#include <optional>
#include <string>

#include "image/general/nclx.h"
#include "image/plan.h"

namespace tintype::image {

/// The embedded profile of an RGB image, if it can be used and says something else than sRGB: what
/// a plan of Colour::keep carries through. Else empty.
std::string profile_of(const vips::VImage& image);

/// 8 bits of sRGB: three bands, and a fourth if there is alpha. `nclx` counts only where the image
/// has no profile. Brighter than white (HDR) is rolled off, not cut. With Colour::keep the samples
/// of an image with a profile_of() stay what they are.
vips::VImage to_srgb(const vips::VImage& image, const std::optional<Nclx>& nclx, Colour colour);

/// The same as linear light (scRGB: floating point, 1 is white; alpha up to 255), for the best
/// mode. What is kept is linear as if sRGB's curve, which nearly all profiles have, were its own.
vips::VImage to_linear(const vips::VImage& image, const std::optional<Nclx>& nclx, Colour colour);

}  // namespace tintype::image
