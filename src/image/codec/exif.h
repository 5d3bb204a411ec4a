// The one thing of EXIF that becomes part of the picture.
#pragma once

#include <string_view>

namespace tintype::image {

/// Reads Orientation (EXIF 2.32, 4.6.5, tag 0x0112) from the first directory of `tiff`, which
/// begins with its byte order mark, "II" or "MM". 1 (upright) if it is absent or makes no sense.
/// For any bytes: only the first 64 entries are looked at, and no offset is followed but the first.
int exif_orientation(std::string_view tiff);

}  // namespace tintype::image
