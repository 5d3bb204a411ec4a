// Lossy WebP to planes, as the file has them.
//
// The two functions return nothing for what is unusual (lossless, alpha, animated): the general
// path takes it. `damaged_input` is only for what is certainly broken.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/text.h"
#include "image/codec/probe.h"
#include "image/planes/photo.h"

namespace tintype::image {

Result<std::optional<Probe>> probe_webp(Bytes source);

/// Decodes `window` at about twice `scale` (wanted pixels per pixel of the source), or at full size
/// if that is hardly larger: libwebp's own reduction is crude, and a good one has to follow. What
/// comes may begin a pixel before the window. REQUIRES: the window lies within
/// the picture that probe_webp() told, whose size the caller has held against its limits.
Result<std::optional<Photo>> decode_webp(Bytes source, Window window, double scale);

}  // namespace tintype::image
