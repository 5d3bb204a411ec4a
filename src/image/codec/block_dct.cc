#include "image/codec/block_dct.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

// Vectors of unknown size cannot be elements of arrays.
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/codec/block_dct.cc"
#include <hwy/foreach_target.h>  // Must come before highway.h.

#include <hwy/highway.h>

#ifndef TINTYPE_IMAGE_CODEC_BLOCK_DCT_ONCE
#define TINTYPE_IMAGE_CODEC_BLOCK_DCT_ONCE

namespace tintype::image {
namespace {

/// The first samples of the eight rows of a row of blocks.
struct Rows {
  const std::uint8_t* at[kBlockSide];
};

/// From the bits of a column of a block to their places in zigzag order.
using Spread = std::array<std::array<std::uint64_t, 256>, kBlockSide>;

constexpr Spread kSpread = [] {
  Spread spread = {};
  for (std::size_t n = 0; n < kPlaceOf.size(); ++n)
    for (std::size_t bits = 0; bits < 256; ++bits)
      if ((bits >> (kPlaceOf[n] % kBlockSide) & 1) != 0)
        spread[kPlaceOf[n] / kBlockSide][bits] |= std::uint64_t{1} << n;
  return spread;
}();

/// Of the inverse DCT along one axis: [frequency][sample], T.81's factors included.
struct Basis {
  float at[kBlockSide][kBlockSide];
};

}  // namespace
}  // namespace tintype::image

#endif

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// A line of a block, or half of it where vectors are short.
using LineTag = hn::CappedTag<float, kBlockSide>;
using LineIntTag = hn::RebindToSigned<LineTag>;
using Line = hn::Vec<LineTag>;

constexpr int kLanes = static_cast<int>(hn::MaxLanes(LineTag()));
constexpr int kParts = kBlockSide / kLanes;

struct Lines {
  Line at[kBlockSide][kParts];
};

/// The DCT along the first index, in 5 multiplications: Arai, Agui and Nakajima, "A fast DCT-SQ
/// scheme for images", Transactions of the IEICE E71 (11), 1988. The k-th frequency comes out
/// larger than T.81's by a factor of its own; see step_factors().
HWY_INLINE void transform_lines(Lines& lines) {
  const LineTag d;
  const auto c2 = hn::Set(d, 0.923879533F - 0.382683432F);  // cos(2 pi / 16) - cos(6 pi / 16)
  const auto c4 = hn::Set(d, 0.707106781F);
  const auto c6 = hn::Set(d, 0.382683432F);
  const auto c26 = hn::Set(d, 0.923879533F + 0.382683432F);
  for (int part = 0; part < kParts; ++part) {
    const auto in = [&](int i) { return lines.at[i][part]; };
    const auto out = [&](int i, Line value) { lines.at[i][part] = value; };
    const Line sum0 = hn::Add(in(0), in(7));
    const Line sum1 = hn::Add(in(1), in(6));
    const Line sum2 = hn::Add(in(2), in(5));
    const Line sum3 = hn::Add(in(3), in(4));
    const Line rest0 = hn::Sub(in(0), in(7));
    const Line rest1 = hn::Sub(in(1), in(6));
    const Line rest2 = hn::Sub(in(2), in(5));
    const Line rest3 = hn::Sub(in(3), in(4));

    const Line outer = hn::Add(sum0, sum3);
    const Line outer_rest = hn::Sub(sum0, sum3);
    const Line inner = hn::Add(sum1, sum2);
    out(0, hn::Add(outer, inner));
    out(4, hn::Sub(outer, inner));
    const Line turned = hn::Mul(hn::Add(hn::Sub(sum1, sum2), outer_rest), c4);
    out(2, hn::Add(outer_rest, turned));
    out(6, hn::Sub(outer_rest, turned));

    const Line low = hn::Add(rest3, rest2);
    const Line high = hn::Add(rest1, rest0);
    const Line both = hn::Mul(hn::Sub(low, high), c6);
    const Line low_turned = hn::MulAdd(low, c2, both);
    const Line high_turned = hn::MulAdd(high, c26, both);
    const Line middle = hn::Mul(hn::Add(rest2, rest1), c4);
    const Line upper = hn::Add(rest0, middle);
    const Line lower = hn::Sub(rest0, middle);
    out(5, hn::Add(lower, low_turned));
    out(3, hn::Sub(lower, low_turned));
    out(1, hn::Add(upper, high_turned));
    out(7, hn::Sub(upper, high_turned));
  }
}

/// Transposes four vectors as squares of four.
HWY_INLINE void transpose_squares(Line& a, Line& b, Line& c, Line& e) {
  const LineTag d;
  const hn::RepartitionToWide<LineTag> pairs;
  const auto ab_low = hn::BitCast(pairs, hn::InterleaveLower(d, a, b));
  const auto ab_high = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b));
  const auto ce_low = hn::BitCast(pairs, hn::InterleaveLower(d, c, e));
  const auto ce_high = hn::BitCast(pairs, hn::InterleaveUpper(d, c, e));
  a = hn::BitCast(d, hn::InterleaveLower(pairs, ab_low, ce_low));
  b = hn::BitCast(d, hn::InterleaveUpper(pairs, ab_low, ce_low));
  c = hn::BitCast(d, hn::InterleaveLower(pairs, ab_high, ce_high));
  e = hn::BitCast(d, hn::InterleaveUpper(pairs, ab_high, ce_high));
}

HWY_INLINE void transpose(Lines& lines) {
  auto& at = lines.at;
  if constexpr (kParts == 1) {
    const LineTag d;
    for (int i = 0; i < 4; ++i) {
      const Line upper = at[i][0];
      const Line lower = at[i + 4][0];
      at[i][0] = hn::ConcatLowerLower(d, lower, upper);
      at[i + 4][0] = hn::ConcatUpperUpper(d, lower, upper);
    }
    transpose_squares(at[0][0], at[1][0], at[2][0], at[3][0]);
    transpose_squares(at[4][0], at[5][0], at[6][0], at[7][0]);
  } else {
    transpose_squares(at[0][0], at[1][0], at[2][0], at[3][0]);
    transpose_squares(at[4][1], at[5][1], at[6][1], at[7][1]);
    transpose_squares(at[0][1], at[1][1], at[2][1], at[3][1]);
    transpose_squares(at[4][0], at[5][0], at[6][0], at[7][0]);
    for (int i = 0; i < 4; ++i) std::swap(at[i][1], at[i + 4][0]);
  }
}

/// The coefficients of one block, in units of their steps, column by column.
HWY_INLINE void transform_block(const Rows& rows, int left, const float* HWY_RESTRICT factors,
                                Lines& lines) {
  const LineTag d;
  const LineIntTag whole;
  const hn::Rebind<std::uint8_t, LineTag> samples;
  for (int y = 0; y < kBlockSide; ++y)
    for (int part = 0; part < kParts; ++part)
      lines.at[y][part] = hn::ConvertTo(
          d, hn::PromoteTo(whole, hn::LoadU(samples, rows.at[y] + left + part * kLanes)));
  transform_lines(lines);
  transpose(lines);
  transform_lines(lines);
  // T.81's level shift (A.3.1) is all in the DC coefficient, which is the sum of 64 samples here.
  alignas(64) static constexpr float kShift[kBlockSide] = {-64 * 128};
  lines.at[0][0] = hn::Add(lines.at[0][0], hn::Load(d, kShift));
  for (int u = 0; u < kBlockSide; ++u)
    for (int part = 0; part < kParts; ++part)
      lines.at[u][part] =
          hn::Mul(lines.at[u][part], hn::Load(d, factors + u * kBlockSide + part * kLanes));
}

void quantise_blocks(const Rows& rows, int count, const float* HWY_RESTRICT factors,
                     LevelBlock* HWY_RESTRICT target) {
  const LineIntTag whole;
  const hn::Rebind<std::int16_t, LineTag> narrow;
  const auto none = hn::Zero(whole);
  for (int block = 0; block < count; ++block) {
    Lines lines;
    transform_block(rows, block * kBlockSide, factors, lines);
    std::uint64_t mask = 0;
    for (int u = 0; u < kBlockSide; ++u) {
      unsigned bits = 0;
      for (int part = 0; part < kParts; ++part) {
        const auto level = hn::NearestInt(lines.at[u][part]);
        hn::Store(hn::DemoteTo(narrow, level), narrow,
                  target[block].levels + u * kBlockSide + part * kLanes);
        std::uint8_t stored[8] = {};  // As many as StoreMaskBits() may write.
        hn::StoreMaskBits(whole, hn::Ne(level, none), stored);
        bits |= static_cast<unsigned>(stored[0]) << (part * kLanes);
      }
      mask |= kSpread[static_cast<std::size_t>(u)][bits];
    }
    target[block].mask = mask;
  }
}

void transform_blocks(const Rows& rows, int count, const float* HWY_RESTRICT factors,
                      float* HWY_RESTRICT target) {
  const LineTag d;
  for (int block = 0; block < count; ++block) {
    Lines lines;
    transform_block(rows, block * kBlockSide, factors, lines);
    for (int u = 0; u < kBlockSide; ++u)
      for (int part = 0; part < kParts; ++part)
        hn::Store(lines.at[u][part], d,
                  target + (block * kBlockSide + u) * kBlockSide + part * kLanes);
  }
}

/// The inverse DCT along the first index, by the definition: only chroma is shown, and only in mode
/// `best`.
HWY_INLINE void restore_lines(const Basis& basis, Lines& lines) {
  const LineTag d;
  Lines restored;
  for (int x = 0; x < kBlockSide; ++x)
    for (int part = 0; part < kParts; ++part) {
      auto sum = hn::Zero(d);
      for (int u = 0; u < kBlockSide; ++u)
        sum = hn::MulAdd(lines.at[u][part], hn::Set(d, basis.at[u][x]), sum);
      restored.at[x][part] = sum;
    }
  lines = restored;
}

/// The upper `rows` rows of `count` blocks, from `target` on.
void show_blocks(const LevelBlock* blocks, int count, const float* HWY_RESTRICT steps,
                 const Basis& basis, int rows, std::uint8_t* target, std::ptrdiff_t stride) {
  const LineTag d;
  const LineIntTag whole;
  const hn::Rebind<std::int16_t, LineTag> narrow;
  const hn::Rebind<std::uint8_t, LineTag> samples;
  const auto middle = hn::Set(d, 128.0F);
  for (int block = 0; block < count; ++block) {
    Lines lines;
    for (int u = 0; u < kBlockSide; ++u)
      for (int part = 0; part < kParts; ++part) {
        const int at = u * kBlockSide + part * kLanes;
        const auto level = hn::PromoteTo(whole, hn::Load(narrow, blocks[block].levels + at));
        lines.at[u][part] = hn::Mul(hn::ConvertTo(d, level), hn::Load(d, steps + at));
      }
    restore_lines(basis, lines);
    transpose(lines);
    restore_lines(basis, lines);
    for (int y = 0; y < rows; ++y)
      for (int part = 0; part < kParts; ++part) {
        const auto value = hn::NearestInt(hn::Add(lines.at[y][part], middle));
        hn::StoreU(hn::DemoteTo(samples, value), samples,
                   target + y * stride + block * kBlockSide + part * kLanes);
      }
  }
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image {
namespace {

HWY_EXPORT(quantise_blocks);
HWY_EXPORT(transform_blocks);
HWY_EXPORT(show_blocks);

Basis make_basis() {
  Basis basis;
  for (int u = 0; u < kBlockSide; ++u)
    for (int x = 0; x < kBlockSide; ++x)
      basis.at[u][x] = static_cast<float>((u == 0 ? std::numbers::sqrt2 / 4 : 0.5) *
                                          std::cos((2 * x + 1) * u * std::numbers::pi / 16));
  return basis;
}

/// Calls `kernel(rows, first, count)` for the blocks that lie within the plane's width, and for the
/// last one, if that does not, with a copy whose samples are continued.
template <class Kernel>
void for_blocks(const Plane& plane, int row, const Kernel& kernel) {
  Rows rows;
  for (int y = 0; y < kBlockSide; ++y)
    rows.at[y] = plane.row(std::min(row * kBlockSide + y, plane.height() - 1));
  const int whole = plane.width() / kBlockSide;
  kernel(rows, 0, whole);
  const int used = plane.width() % kBlockSide;
  if (used == 0) return;
  std::uint8_t copy[kBlockSide][kBlockSide];
  for (int y = 0; y < kBlockSide; ++y) {
    const std::uint8_t* const from = rows.at[y] + whole * kBlockSide;
    std::copy_n(from, used, copy[y]);
    std::fill(copy[y] + used, copy[y] + kBlockSide, from[used - 1]);
    rows.at[y] = copy[y];
  }
  kernel(rows, whole, 1);
}

}  // namespace

StepFactors step_factors(const QuantTable& table) {
  // T.81's frequency k is the transform's over 2 sqrt(2) times this, along each axis.
  const auto scale = [](std::size_t k) {
    return k == 0 ? 1.0
                  : std::numbers::sqrt2 * std::cos(static_cast<double>(k) * std::numbers::pi / 16);
  };
  StepFactors factors;
  for (std::size_t u = 0; u < kBlockSide; ++u)
    for (std::size_t v = 0; v < kBlockSide; ++v)
      factors.at[u * kBlockSide + v] =
          static_cast<float>(1 / (8 * scale(u) * scale(v) * table[v * kBlockSide + u]));
  return factors;
}

void quantise_row(const Plane& plane, int row, const StepFactors& factors, LevelBlock* target) {
  for_blocks(plane, row, [&](const Rows& rows, int first, int count) {
    HWY_DYNAMIC_DISPATCH(quantise_blocks)(rows, count, factors.at.data(), target + first);
  });
}

void transform_row(const Plane& plane, int row, const StepFactors& factors, float* target) {
  for_blocks(plane, row, [&](const Rows& rows, int first, int count) {
    HWY_DYNAMIC_DISPATCH(transform_blocks)(rows, count, factors.at.data(),
                                           target + std::ptrdiff_t{first} * 64);
  });
}

void show_row(const LevelBlock* blocks, int row, const QuantTable& table, Plane& target) {
  static const Basis kBasis = make_basis();
  alignas(64) float steps[64];
  for (std::size_t i = 0; i < table.size(); ++i)
    steps[i % kBlockSide * kBlockSide + i / kBlockSide] = table[i];
  const int top = row * kBlockSide;
  HWY_DYNAMIC_DISPATCH(show_blocks)(blocks, blocks_of(target.width()), steps, kBasis,
                                    std::min(kBlockSide, target.height() - top), target.row(top),
                                    target.stride());
}

}  // namespace tintype::image
#endif
