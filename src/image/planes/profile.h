// Embedded colour profiles (ICC.1:2022). Small pictures are converted after they were resized; a
// profile that says sRGB in other words costs nothing.
#pragma once

#include <cstddef>
#include <string_view>

#include "image/planes/rgb.h"

namespace tintype::image {

/// Larger ones count as none. Profiles of displays and cameras have 0.5 to 4 KiB; those with
/// tables, of scanners and printers, up to 2 MiB.
constexpr std::size_t kProfileBytesMax = std::size_t{4} << 20;

/// Whether converting from `icc` to sRGB would change nothing: primaries and curves of sRGB,
/// whatever the profile is called.
bool is_srgb(std::string_view icc);

/// What of `icc` is an RGB profile that to_srgb() can use, without what may follow it; empty if it
/// is none.
std::string_view usable_profile(std::string_view icc);

/// Converts in place, with relative colorimetric intent and no compensation of the black point, as
/// libvips does on the general path. Returns false, and leaves `picture` as it is, if `icc` is not
/// an RGB profile that we can use: damaged, too large, longer than it says, of ink or grey.
bool to_srgb(Rgb& picture, std::string_view icc);

}  // namespace tintype::image
