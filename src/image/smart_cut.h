// Where the eye goes, for results that keep it when they crop.
#pragma once

#include "image/planes/rgb.h"
#include "image/view.h"

namespace tintype::image {

/// Nobody needs to look at more pixels than this along a side to tell where the eye goes.
inline constexpr int kSmartSideMax = 128;

/// What to cut off for `place`, looking at `small`: the whole upright picture, of any size.
///
/// The eye goes to detail, to skin and to strong colour. Each is a score of a cell of a coarse
/// grid; the cut is centred on the cell around which a window of the result's shape sees most of
/// them, as far as the picture reaches. The idea of attention by skin, saturation and edges is that
/// of smartcrop.js (https://github.com/jwagner/smartcrop.js) and libvips.
Cut smart_cut(const Rgb& small, const Placement& place);

}  // namespace tintype::image
