// From one range of samples to another, as a Tone that resampling applies on the way. ITU-T H.273,
// 8.3, equations 20 to 25.
#pragma once

#include "image/planes/photo.h"
#include "image/planes/resample.h"

namespace tintype::image {

constexpr Tone luma_tone(Range from, Range to) {
  if (from == to) return {};
  if (to == Range::limited) return {.gain = 219.0 / 255, .offset = 16};
  return {.gain = 255.0 / 219, .offset = -16 * 255.0 / 219};
}

/// Around 128, which is no colour in either.
constexpr Tone chroma_tone(Range from, Range to) {
  if (from == to) return {};
  const double gain = to == Range::limited ? 224.0 / 255 : 255.0 / 224;
  return {.gain = gain, .offset = 128 * (1 - gain)};
}

/// `planes` of full range in `range`, each sample rounded once more.
Planes with_range(Planes planes, Range range);

}  // namespace tintype::image
