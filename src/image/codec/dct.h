// The forward DCT of JPEG (T.81, A.3.3), in floating point, for an encoder that weighs each
// coefficient's rounding itself.
#pragma once

#include <array>
#include <cstdint>

#include "image/jpeg/zigzag.h"
#include "image/planes/plane.h"

namespace tintype::image {

/// A block's 64 numbers.
using Block = std::array<float, 64>;

/// The coefficients of block (column, row) of `plane`, in zigzag order, scaled as T.81 has it: a
/// flat block of 128 + n has a DC of 8 n. Beyond the plane's edges its last samples are repeated.
void forward_dct(const Plane& plane, int column, int row, Block& coefficients);

}  // namespace tintype::image
