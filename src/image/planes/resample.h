// One channel becomes larger or smaller: a vertical pass that leaves one row, then a horizontal
// pass over that row, for each row of the result. There is never an intermediate plane.
#pragma once

#include "image/planes/plane.h"
#include "image/planes/taps.h"

namespace tintype::image {

/// Applied to every sample, rounded together with the resampling: limited to full range, and back,
/// for nothing.
struct Tone {
  double gain = 1;
  double offset = 0;

  bool operator==(const Tone&) const = default;
};

/// Lanczos3. A direction that stays as it is is not filtered; if neither changes, it is a copy.
/// Differs by at most 1 from exact arithmetic, and a flat colour stays that colour.
Plane resample(const Plane& source, const Stretch& horizontal, const Stretch& vertical,
               Tone tone = {});

/// Means of 2 x 2 samples, halves rounded up; a last odd column or row counts twice. For levels
/// that several variants share.
Plane halve(const Plane& source);

}  // namespace tintype::image
