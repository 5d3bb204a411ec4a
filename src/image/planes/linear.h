// The resize of mode `best`: through light. Sample values are not amounts of light (the sRGB curve
// stands between), so means of them are too dark: a fine black and white pattern becomes 128 where
// the eye sees 188. Here channels of a decoded photograph become linear light, row by row, are
// resampled there, and become samples again; rounded once, at the end.
#pragma once

#include "image/planes/photo.h"
#include "image/planes/plane.h"
#include "image/planes/taps.h"

namespace tintype::image {

/// Lanczos3 in linear light. Both stretches are in pixels of the whole source, as the file has it
/// (`photo.size`): they say window, size and mirroring at once. What is left to do of the
/// photograph's orientation is to transpose() the result, if turn_of() says so.
///
/// The result is grey if the photograph is; else its chroma is 4:2:0 with `subsampled`, or 4:4:4.
/// A flat colour stays that colour. The profile is not looked at: see profile.h. Memory: as many
/// rows of the result's width as the vertical kernel spans, and one row of the source.
Planes shrink_linear(const Photo& photo, const Stretch& horizontal, const Stretch& vertical,
                     bool subsampled);

}  // namespace tintype::image
