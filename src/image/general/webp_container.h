// The container of a WebP file: https://developers.google.com/speed/webp/docs/riff_container
#pragma once

#include <string>
#include <string_view>

namespace tintype::image {

/// The same picture without EXIF, XMP and ICC profile, in the simple container if nothing then
/// needs the extended one. REQUIRES: `file` was written by libwebp. (libvips 8.14's `strip` leaves
/// the metadata of WebP in place.)
std::string strip_webp(std::string_view file);

}  // namespace tintype::image
