// How a source has to be turned to be upright, and the part of it that resampling cannot do:
// swapping rows for columns. Mirroring is free (see Stretch), so eight orientations need one
// transposition.
#pragma once

#include "image/planes/plane.h"

namespace tintype::image {

/// Upright is: mirror along the source's own axes, then transpose (rows become columns).
struct Turn {
  bool mirror_x = false;  ///< The source's columns run from right to left.
  bool mirror_y = false;  ///< The source's rows run from bottom to top.
  bool transpose = false;

  bool operator==(const Turn&) const = default;
};

/// EXIF 2.32, 4.6.4, tag Orientation. What is not 1 to 8 counts as 1, as viewers have it.
Turn turn_of(int orientation);

/// Rows become columns: the sample in column x of row y goes to column y of row x.
Plane transpose(const Plane& source);

}  // namespace tintype::image
