// AVIF to planes, as the file has them.
//
// The two functions return nothing for what is unusual or what only libavif dislikes (alpha, a
// sequence, more than 8 bits, a crop, pixels that are not square, a matrix or colours that a Photo
// cannot say): the general path takes it, or says what is wrong. `damaged_input` is only for a
// picture that breaks off or that the AV1 decoder refuses.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/text.h"
#include "image/codec/probe.h"
#include "image/limits.h"
#include "image/planes/photo.h"

namespace tintype::image {

/// Orientation is what `irot` and `imir` say; EXIF's counts for nothing in AVIF (MIAF, ISO/IEC
/// 23000-22, 7.3.6.7, and libheif).
Result<std::optional<Probe>> probe_avif(Bytes source, const Limits& limits);

/// Keeps only `window` (and a column or row more, where chroma wants it). AV1 can leave out nothing
/// while it decodes. REQUIRES: the window lies within the picture that probe_avif() told.
Result<std::optional<Photo>> decode_avif(Bytes source, Window window, const Limits& limits);

}  // namespace tintype::image
