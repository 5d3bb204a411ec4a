// Rate-distortion optimised quantisation of one block of JPEG.
//
// Plain rounding looks at one coefficient. What a coefficient costs depends on its neighbours: it
// ends a run of zeros, and a lone +-1 far out can cost ten bits that nobody sees. The trellis finds
// among all reasonable roundings of a block the one that minimises
//     sum of weighted squared errors + lambda x bits
// by dynamic programming over the places of coefficients that are not zero (Crouse and Ramchandran,
// "Joint thresholding and quantizer selection for transform image coding", IEEE Transactions on
// Image Processing 6 (2), 1997). A level is rounded, or the largest with one bit less (between the
// two no level is cheaper, and all are worse), or zero.
#pragma once

#include <array>
#include <cstdint>

#include "image/codec/jpeg_block.h"

namespace tintype::image {

/// A block's coefficients in units of their steps, in zigzag order.
using Block = std::array<float, 64>;

/// A block's levels in zigzag order.
using Levels = std::array<std::int16_t, 64>;

constexpr int kEndOfBlock = 0x00;  ///< T.81, F.1.2.2.1.
constexpr int kZeroRun = 0xF0;     ///< Sixteen zeros.

/// Bits of each symbol (run << 4 | size), together with the `size` bits that follow it.
using AcBits = std::array<float, 256>;

/// How often each symbol occurs.
using AcCounts = std::array<std::uint32_t, 256>;

/// The DC level: never chosen by its cost, because an error of it shows as a step between blocks.
std::int16_t round_dc(const Block& scaled);

/// Rounds the AC coefficients of a block. Does not touch levels[0].
void round_levels(const Block& scaled, Levels& levels);

/// Adds the symbols of a block's AC levels.
void count_symbols(const Levels& levels, AcCounts& counts);

/// What symbols would cost that occur so often, by their entropy.
AcBits bits_of(const AcCounts& counts);

struct Trade {
  float lambda = 0;                ///< Weighted squared error that a bit is worth.
  const float* weights = nullptr;  ///< 64, of squared errors in units of the step.
};

/// Chooses the AC levels of a block. `scaled` are the coefficients in units of their steps. Does
/// not touch levels[0].
void choose_levels(const Block& scaled, const AcBits& bits, const Trade& trade, Levels& levels);

}  // namespace tintype::image
