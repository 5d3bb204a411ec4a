// What the bytes are, told from their first few, before any library sees them: the name and the
// content type that came with them are only claims.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/text.h"

namespace tintype::image {

enum class SourceType { jpeg, png, gif, webp, heic, avif, tiff, jxl, svg };

/// `unsupported` if it is not an image that we read.
Result<SourceType> sniff(Bytes bytes);

std::string_view media_type(SourceType type);  ///< "image/heic"

}  // namespace tintype::image
