// From coefficients to samples: the inverse cosine transform at the size of what was kept.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "image/jpeg/coefficients.h"
#include "image/jpeg/markers.h"

namespace tintype::image::jpeg {

/// What one unit of each kept coefficient stands for, row by row.
struct Dequantisation {
  std::array<float, kCoefficients> factor;
  /// Added to the size of a coefficient that is not zero, in its units: where the last bits of
  /// progressive files were not read, the middle of what they could have said.
  std::array<float, kCoefficients> bias;
  bool biased = false;

  /// `missing_bits` of each index in zigzag order.
  Dequantisation(const Layout& layout, const Quantisation& steps,
                 const std::array<std::uint8_t, kCoefficients>& missing_bits);
};

/// Where samples go: `side` rows for a row of blocks.
struct Target {
  std::uint8_t* rows;
  std::ptrdiff_t stride;  ///< In bytes.
};

/// Writes the samples of `group_count` groups side by side: 16 x side to a group. Exact to half a
/// level: an orthonormal transform of `side` x `side` points (T.81, A.3.3, with `side` for 8), in
/// single precision.
void transform_row(const Layout& layout, const std::int16_t* groups, int group_count,
                   const Dequantisation& dequantisation, Target target);

}  // namespace tintype::image::jpeg
