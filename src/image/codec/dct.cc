#include "image/codec/dct.h"

#include <algorithm>

namespace tintype::image {

namespace {

constexpr int kSide = 8;

/// Eight numbers that a compiler keeps in vector registers.
using Lanes = float __attribute__((ext_vector_type(kSide)));

/// The DCT of every column at once, orthonormal. Even and odd halves are split once (the usual
/// butterfly), the even half again; the rest are plain products: eight-wide multiplications are
/// cheap, and no scaled trick loses precision.
inline void transform_columns(Lanes (&rows)[kSide]) {
  // cos(k pi / 16) / 2, and 1 / sqrt(8).
  constexpr float kC1 = 0.49039264F;
  constexpr float kC2 = 0.46193977F;
  constexpr float kC3 = 0.41573481F;
  constexpr float kC4 = 0.35355339F;
  constexpr float kC5 = 0.27778512F;
  constexpr float kC6 = 0.19134172F;
  constexpr float kC7 = 0.09754516F;
  const Lanes s0 = rows[0] + rows[7];
  const Lanes s1 = rows[1] + rows[6];
  const Lanes s2 = rows[2] + rows[5];
  const Lanes s3 = rows[3] + rows[4];
  const Lanes d0 = rows[0] - rows[7];
  const Lanes d1 = rows[1] - rows[6];
  const Lanes d2 = rows[2] - rows[5];
  const Lanes d3 = rows[3] - rows[4];
  const Lanes even = s0 + s3;
  const Lanes even_rest = s0 - s3;
  const Lanes odd = s1 + s2;
  const Lanes odd_rest = s1 - s2;
  rows[0] = (even + odd) * kC4;
  rows[4] = (even - odd) * kC4;
  rows[2] = even_rest * kC2 + odd_rest * kC6;
  rows[6] = even_rest * kC6 - odd_rest * kC2;
  rows[1] = d0 * kC1 + d1 * kC3 + d2 * kC5 + d3 * kC7;
  rows[3] = d0 * kC3 - d1 * kC7 - d2 * kC1 - d3 * kC5;
  rows[5] = d0 * kC5 - d1 * kC1 + d2 * kC7 + d3 * kC3;
  rows[7] = d0 * kC7 - d1 * kC5 + d2 * kC3 - d3 * kC1;
}

inline void transpose(Lanes (&rows)[kSide]) {
  Lanes turned[kSide];
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) turned[x][y] = rows[y][x];
  std::copy(turned, turned + kSide, rows);
}

inline void load(const Plane& plane, int left, int top, Lanes (&rows)[kSide]) {
  constexpr float kLevelShift = 128;  // T.81, A.3.1.
  const bool inside = left + kSide <= plane.width();
  for (int y = 0; y < kSide; ++y) {
    const std::uint8_t* const row = plane.row(std::min(top + y, plane.height() - 1));
    for (int x = 0; x < kSide; ++x) {
      const int column = inside ? left + x : std::min(left + x, plane.width() - 1);
      rows[y][x] = static_cast<float>(row[column]) - kLevelShift;
    }
  }
}

}  // namespace

void forward_dct(const Plane& plane, int column, int row, Block& coefficients) {
  Lanes rows[kSide];
  load(plane, column * kSide, row * kSide, rows);
  transform_columns(rows);
  transpose(rows);
  transform_columns(rows);
  // Still transposed.
  for (std::size_t i = 0; i < kZigzag.size(); ++i)
    coefficients[i] = rows[kZigzag[i] % kSide][kZigzag[i] / kSide];
}

}  // namespace tintype::image
