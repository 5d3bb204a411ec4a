// The sources of the fast path: files that keep photographs as luma and chroma of 8 bits, without
// alpha. Which they are, and how much of each is decoded.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/text.h"
#include "image/limits.h"
#include "image/planes/photo.h"
#include "image/sniff.h"

namespace tintype::image {

struct PhotoInfo {
  SourceType type;
  Size size;            ///< As the file has it.
  int orientation = 1;  ///< 1 to 8, as EXIF has it.
};

/// Nothing if it is not for the fast path, or in doubt: the general path knows more, and finds the
/// words for what is broken. Reads headers only, and refuses none for its size.
std::optional<PhotoInfo> read_photo_info(Bytes source, SourceType type, const Limits& limits);

struct PhotoRequest {
  Window window;       ///< At least this, in pixels of the file.
  double scale = 1;    ///< At least so many samples per pixel are needed, along either axis.
  bool exact = false;  ///< Nothing is left out: for the mode `best`.
};

/// `damaged_input` if it is cut or broken. Nothing, as above.
Result<std::optional<Photo>> decode_photo(Bytes source, const PhotoInfo& info,
                                          const PhotoRequest& request, const Limits& limits);

/// Pixels of the file in one sample of what decode_photo() would bring for `scale`.
double sample_pixels(const PhotoInfo& info, double scale);

}  // namespace tintype::image
