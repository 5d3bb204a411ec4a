// The fast path: a photograph is decoded to luma and chroma, at a scale near that of the result,
// only where the result shows it; the planes are resampled and encoded, and never become RGB.
#pragma once

#include "image/render.h"

namespace tintype::image {

/// For JPEG, lossy WebP and 8-bit AVIF without alpha; declines all else, and what is unusual. Links
/// neither libvips nor any codec that it does not use, so a process of it is small.
const Engine& photograph_engine();

}  // namespace tintype::image
