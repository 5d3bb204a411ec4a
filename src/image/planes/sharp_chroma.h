// Chroma of half the size, and the luma that goes with it.
//
// Decoders interpolate chroma, and then colours are light. Means of chroma samples know neither: at
// edges of colour the picture gets darker or lighter than it was, and the mean colour of an area is
// off. So chroma is corrected by what is missing of the blue and red light of 2 x 2 pixels, and
// luma by what is missing of a pixel's luminance. (libwebp's "sharp YUV" has the same aim.)
//
//   full planes -> halve_chroma() -> encoded -> what decoders will show -> fit_luma() -> encoded
#pragma once

#include "image/planes/plane.h"

namespace tintype::image {

struct ChromaPair {
  Plane cb;
  Plane cr;
};

/// Chroma of half the size, rounded up. `full` has chroma of luma's size.
ChromaPair halve_chroma(const Planes& full);

/// The luma that together with `shown`, chroma of half the size after decoders' interpolation, has
/// the luminance of `full`, as nearly as one step of Newton's gets. `full` has chroma of luma's
/// size.
Plane fit_luma(const Planes& full, const ChromaPair& shown);

}  // namespace tintype::image
