// Where the eye goes, for results that keep it when they crop.
#pragma once

#include "image/planes/rgb.h"
#include "image/view.h"

namespace tintype::image {

/// What to cut off for `place`, looking at `small`: the whole upright picture, of any size. By
/// libvips' "attention": skin, saturation, edges. May throw vips::VError.
Cut smart_cut(const Rgb& small, const Placement& place);

}  // namespace tintype::image
