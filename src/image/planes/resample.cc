#include "image/planes/resample.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/planes/resample.cc"
#include <hwy/foreach_target.h>
// Keep this order: foreach_target.h includes the file again for each target.
#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include "image/planes/rows-inl.h"

#ifndef TINTYPE_IMAGE_PLANES_RESAMPLE_ONCE
#define TINTYPE_IMAGE_PLANES_RESAMPLE_ONCE

namespace tintype::image {
namespace {

/// Everything that is known before the first row.
struct Passes {
  std::vector<int> row_first;             // Per output row.
  std::vector<std::int16_t> row_weights;  // 2 * row_pairs per output row, their sum 1 << bits.
  int row_pairs = 0;
  bool across = false;  // Whether there is a horizontal pass.
  Taps columns;         // `first` counts from column_begin.
  int column_begin = 0;
  int column_count = 0;
  float gain = 1;  // Of the horizontal weights' sum, or of the vertical pass if that is the last.
  float offset = 0;
};

}  // namespace
}  // namespace tintype::image

#endif

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

/// Four vectors whose blocks of four lanes follow each other downwards (a's first, b's first, ...).
template <class D, class V>
HWY_INLINE void store_blocks(D d, V a, V b, V c, V e, float* HWY_RESTRICT target) {
  if constexpr (hn::MaxLanes(D()) <= 4) {
    hn::Store(a, d, target);
    hn::Store(b, d, target + 4);
    hn::Store(c, d, target + 8);
    hn::Store(e, d, target + 12);
  } else {
    const hn::Half<D> half;
    store_blocks(half, hn::LowerHalf(half, a), hn::LowerHalf(half, b), hn::LowerHalf(half, c),
                 hn::LowerHalf(half, e), target);
    store_blocks(half, hn::UpperHalf(half, a), hn::UpperHalf(half, b), hn::UpperHalf(half, c),
                 hn::UpperHalf(half, e), target + 2 * hn::Lanes(d));
  }
}

/// The vertical pass for one row: target[x] = sum of weights[k] * rows[k][x], exactly, as float.
/// Two rows are taken together: their samples interleaved meet their weights in one instruction.
/// Works in whole vectors, up to 63 samples further than `count`.
void blend_rows(const std::uint8_t* const* HWY_RESTRICT rows,
                const std::int16_t* HWY_RESTRICT weights, int pairs, std::size_t count,
                float* HWY_RESTRICT target) {
  const hn::CappedTag<std::uint8_t, 64> d8;
  const hn::Repartition<std::int16_t, decltype(d8)> d16;
  const hn::Repartition<std::int32_t, decltype(d8)> d32;
  const hn::RebindToFloat<decltype(d32)> df;
  const auto none = hn::Zero(d8);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d8)) {
    auto a = hn::Zero(d32), b = a, c = a, e = a;
    auto a1 = a, b1 = a, c1 = a, e1 = a;  // Used by targets that do not add neighbours: NEON.
    for (int k = 0; k < pairs; ++k) {
      std::int32_t both;
      std::memcpy(&both, weights + 2 * k, sizeof(both));
      const auto weight = hn::BitCast(d16, hn::Set(d32, both));
      const auto even = hn::Load(d8, rows[2 * k] + x);
      const auto odd = hn::Load(d8, rows[2 * k + 1] + x);
      const auto low = hn::InterleaveLower(d8, even, odd);
      const auto high = hn::InterleaveUpper(d8, even, odd);
      const auto widen_low = [&](auto v) {
        return hn::BitCast(d16, hn::InterleaveLower(d8, v, none));
      };
      const auto widen_high = [&](auto v) {
        return hn::BitCast(d16, hn::InterleaveUpper(d8, v, none));
      };
      a = hn::ReorderWidenMulAccumulate(d32, widen_low(low), weight, a, a1);
      b = hn::ReorderWidenMulAccumulate(d32, widen_high(low), weight, b, b1);
      c = hn::ReorderWidenMulAccumulate(d32, widen_low(high), weight, c, c1);
      e = hn::ReorderWidenMulAccumulate(d32, widen_high(high), weight, e, e1);
    }
    const auto sum = [&](auto v, auto v1) {
      return hn::ConvertTo(df, hn::RearrangeToOddPlusEven(v, v1));
    };
    store_blocks(df, sum(a, a1), sum(b, b1), sum(c, c1), sum(e, e1), target + x);
  }
}

/// The horizontal pass for two rows, so that each weight is loaded once for both.
void dot_two_rows(const Taps& taps, const float* HWY_RESTRICT row0, const float* HWY_RESTRICT row1,
                  float* HWY_RESTRICT target0, float* HWY_RESTRICT target1) {
  const TapTag d;
  const auto width = static_cast<std::size_t>(taps.width);
  const std::size_t count = taps.first.size();
  const int* HWY_RESTRICT first = taps.first.data();
  const float* HWY_RESTRICT weights = taps.weights.data();
  for (std::size_t x = 0; x < count; x += 4, weights += 4 * width) {
    auto a0 = hn::Zero(d), a1 = a0, a2 = a0, a3 = a0;
    auto b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    for (std::size_t k = 0; k < width; k += hn::Lanes(d)) {
      const auto add = [&](std::size_t i, auto& a, auto& b) HWY_ATTR {
        const auto weight = hn::LoadU(d, weights + i * width + k);
        const auto at = static_cast<std::size_t>(first[x + i]) + k;
        a = hn::MulAdd(weight, hn::LoadU(d, row0 + at), a);
        b = hn::MulAdd(weight, hn::LoadU(d, row1 + at), b);
      };
      add(0, a0, b0);
      add(1, a1, b1);
      add(2, a2, b2);
      add(3, a3, b3);
    }
    store_sums(a0, a1, a2, a3, target0 + x);
    store_sums(b0, b1, b2, b3, target1 + x);
  }
}

void run_passes(const Plane& source, const Passes& passes, Plane& target) {
  const auto columns = static_cast<std::size_t>(passes.column_count);
  const auto width = static_cast<std::size_t>(target.width());
  // Behind the columns: a vector of bytes made floats, and the taps of the last output.
  const std::size_t room = columns + 64 + static_cast<std::size_t>(passes.columns.width) + 64;
  const auto blended = hwy::AllocateAligned<float>(2 * (room / 64 * 64));
  const std::size_t padded = (width + 63) / 64 * 64;
  const auto summed = hwy::AllocateAligned<float>(2 * padded);
  std::fill_n(blended.get(), 2 * (room / 64 * 64), 0.0F);
  std::vector<const std::uint8_t*> rows(static_cast<std::size_t>(2 * passes.row_pairs));

  const auto blend = [&](int y, float* row) {
    for (int k = 0; k < 2 * passes.row_pairs; ++k) {
      const int at =
          std::min(passes.row_first[static_cast<std::size_t>(y)] + k, source.height() - 1);
      rows[static_cast<std::size_t>(k)] = source.row(at) + passes.column_begin;
    }
    blend_rows(rows.data(), passes.row_weights.data() + std::ptrdiff_t{2} * passes.row_pairs * y,
               passes.row_pairs, columns, row);
  };
  float* const upper = blended.get();
  float* const lower = upper + room / 64 * 64;
  for (int y = 0; y < target.height(); y += 2) {
    const int next = std::min(y + 1, target.height() - 1);
    blend(y, upper);
    blend(next, lower);
    if (passes.across) {
      dot_two_rows(passes.columns, upper, lower, summed.get(), summed.get() + padded);
      round_row(summed.get(), 1, passes.offset, width, target.row(y));
      round_row(summed.get() + padded, 1, passes.offset, width, target.row(next));
    } else {
      round_row(upper, passes.gain, passes.offset, width, target.row(y));
      round_row(lower, passes.gain, passes.offset, width, target.row(next));
    }
  }
}

/// Means of whole pairs of columns; `count` of them.
void halve_row(const std::uint8_t* HWY_RESTRICT upper, const std::uint8_t* HWY_RESTRICT lower,
               std::size_t count, std::uint8_t* HWY_RESTRICT target) {
  const hn::CappedTag<std::uint8_t, 64> d8;
  const hn::Repartition<std::uint16_t, decltype(d8)> d16;
  const auto mask = hn::Set(d16, std::uint16_t{0xff});
  const auto two = hn::Set(d16, std::uint16_t{2});
  const auto mean = [&](std::size_t x) HWY_ATTR {
    const auto a = hn::BitCast(d16, hn::LoadU(d8, upper + x));
    const auto b = hn::BitCast(d16, hn::LoadU(d8, lower + x));
    const auto even = hn::Add(hn::And(a, mask), hn::And(b, mask));
    const auto odd = hn::Add(hn::ShiftRight<8>(a), hn::ShiftRight<8>(b));
    return hn::BitCast(d8, hn::ShiftRight<2>(hn::Add(hn::Add(even, odd), two)));
  };
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t x = 0;
  for (; x + lanes <= count; x += lanes) {
    hn::StoreU(hn::ConcatEven(d8, mean(2 * x + lanes), mean(2 * x)), d8, target + x);
  }
  for (; x < count; ++x) {
    const int sum = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
    target[x] = static_cast<std::uint8_t>((sum + 2) / 4);
  }
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image {
namespace {

HWY_EXPORT(run_passes);
HWY_EXPORT(halve_row);

// A sum of 16-bit weights times 8-bit samples, negative lobes included (they add less than 3/8 to
// the kernel's area), stays below 2^31 up to here.
constexpr int kWeightBitsMax = 22;

/// As precise as 16 bits can hold them: wide kernels have small weights, and would round to noise
/// if the point did not move with the ratio.
int weight_bits(const Taps& taps) {
  float peak = 0;
  for (const float weight : taps.weights) peak = std::max(peak, std::abs(weight));
  int bits = 1;
  while (bits < kWeightBitsMax && peak * static_cast<float>(2 << bits) < 32767) ++bits;
  return bits;
}

/// Rounds `weights` so that they sum to 1 << bits: the largest takes what rounding left over.
void quantise(const float* weights, int count, int bits, std::int16_t* target) {
  int left = 1 << bits;
  int largest = 0;
  for (int k = 0; k < count; ++k) {
    const auto rounded = std::lrint(weights[k] * static_cast<float>(1 << bits));
    target[k] = static_cast<std::int16_t>(rounded);
    left -= static_cast<int>(rounded);
    if (target[k] > target[largest]) largest = k;
  }
  target[largest] = static_cast<std::int16_t>(target[largest] + left);
}

/// Returns the weights' scale.
float plan_rows(const Stretch& stretch, int height, Passes& passes) {
  Taps taps = lanczos_taps(stretch, height, {.multiple = 2});
  const int bits = weight_bits(taps);
  passes.row_pairs = taps.width / 2;
  passes.row_weights.resize(taps.weights.size());
  for (int y = 0; y < stretch.count; ++y) {
    const std::ptrdiff_t at = std::ptrdiff_t{y} * taps.width;
    quantise(taps.weights.data() + at, taps.width, bits, passes.row_weights.data() + at);
  }
  passes.row_first = std::move(taps.first);
  return 1.0F / static_cast<float>(1 << bits);
}

void plan_columns(const Stretch& stretch, int width, Passes& passes) {
  passes.columns = lanczos_taps(stretch, width, {.multiple = 8});
  auto& first = passes.columns.first;
  const auto end = first.begin() + stretch.count;
  const auto [low, high] = std::minmax_element(first.begin(), end);
  const int last = std::min(*high + passes.columns.width, width);
  passes.column_begin =
      *low / static_cast<int>(Plane::kAlignment) * static_cast<int>(Plane::kAlignment);
  passes.column_count = last - passes.column_begin;
  for (auto at = first.begin(); at != end; ++at) *at -= passes.column_begin;
  for (float& weight : passes.columns.weights) weight *= passes.gain;
}

Plane copy(const Plane& source) {
  Plane target(source.width(), source.height());
  for (int y = 0; y < source.height(); ++y)
    std::memcpy(target.row(y), source.row(y), static_cast<std::size_t>(source.width()));
  return target;
}

}  // namespace

Plane resample(const Plane& source, const Stretch& horizontal, const Stretch& vertical, Tone tone) {
  const bool across = !horizontal.keeps(source.width());
  if (!across && vertical.keeps(source.height()) && tone == Tone{}) return copy(source);

  Passes passes;
  passes.gain = plan_rows(vertical, source.height(), passes) * static_cast<float>(tone.gain);
  passes.offset = static_cast<float>(tone.offset);
  passes.across = across;
  passes.column_count = source.width();
  if (across) plan_columns(horizontal, source.width(), passes);
  Plane target(horizontal.count, vertical.count);
  HWY_DYNAMIC_DISPATCH(run_passes)(source, passes, target);
  return target;
}

Plane halve(const Plane& source) {
  Plane target(halved(source.width()), halved(source.height()));
  const auto whole = static_cast<std::size_t>(source.width() / 2);
  for (int y = 0; y < target.height(); ++y) {
    const std::uint8_t* const upper = source.row(2 * y);
    const std::uint8_t* const lower = source.row(std::min(2 * y + 1, source.height() - 1));
    HWY_DYNAMIC_DISPATCH(halve_row)(upper, lower, whole, target.row(y));
    if (source.width() % 2 == 0) continue;
    const int last = source.width() - 1;
    target.row(y)[whole] = static_cast<std::uint8_t>((upper[last] + lower[last] + 1) / 2);
  }
  return target;
}

}  // namespace tintype::image
#endif
