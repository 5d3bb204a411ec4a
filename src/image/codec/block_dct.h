// The DCT of JPEG (T.81, A.3.3) with its scaling by steps, a row of blocks at a time. In
// floating point, which is as fast as 16-bit integers with vectors of eight, and exact enough for
// steps of one.
#pragma once

#include <array>

#include "image/codec/jpeg_block.h"
#include "image/codec/jpeg_tables.h"
#include "image/planes/plane.h"

namespace tintype::image {

/// What coefficients are multiplied by: the reciprocals of the steps, together with the factors
/// that the transform leaves out. In the order of its output.
struct StepFactors {
  alignas(64) std::array<float, 64> at;
};

StepFactors step_factors(const QuantTable& table);

/// Blocks that hold samples of so many pixels.
constexpr int blocks_of(int pixels) { return (pixels + kBlockSide - 1) / kBlockSide; }

/// Row `row` of blocks, rounded to the nearest level: blocks_of(width) blocks. Beyond the plane's
/// edges its last samples are repeated.
void quantise_row(const Plane& plane, int row, const StepFactors& factors, LevelBlock* target);

/// The same, not rounded: 64 coefficients a block, in units of their steps. `target` is aligned to
/// 64 bytes.
void transform_row(const Plane& plane, int row, const StepFactors& factors, float* target);

/// The way back: what a decoder shows of row `row` of blocks. Writes whole blocks into the room
/// behind the plane's rows.
void show_row(const LevelBlock* blocks, int row, const QuantTable& table, Plane& target);

}  // namespace tintype::image
