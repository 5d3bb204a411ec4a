#include "image/jpeg/transform.h"

#include <cmath>
#include <utility>

// Vectors of unknown size cannot be elements of arrays.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/jpeg/transform.cc"
#include <hwy/foreach_target.h>  // Must come before highway.h.

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tintype::image::jpeg {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// cos(pi * quarter / 4 side ...) at compile time: a Taylor series, exact for 0 <= x < 8 pi.
constexpr double cosine(double x) {
  constexpr double kPi = 3.14159265358979323846;
  while (x > kPi) x -= 2 * kPi;
  double term = 1;
  double sum = 1;
  for (int i = 1; i < 20; ++i) {
    term *= -x * x / ((2.0 * i - 1) * (2.0 * i));
    sum += term;
  }
  return sum;
}

/// [frequency][sample]
template <int kSide>
struct Basis {
  float at[kSide][kSide];
  constexpr Basis() : at{} {
    for (int u = 0; u < kSide; ++u)
      for (int x = 0; x < kSide; ++x)
        at[u][x] =
            static_cast<float>(cosine((2 * x + 1) * u * 3.14159265358979323846 / (2 * kSide)));
  }
};

/// One dimension. Even frequencies are symmetric and odd ones antisymmetric, so two samples cost
/// the multiplications of one.
template <int kSide, class D, class V = hn::Vec<D>>
HWY_INLINE void transform_line(D d, const V (&in)[kSide], V (&out)[kSide]) {
  static constexpr Basis<kSide> kBasis;
  for (int x = 0; x < (kSide + 1) / 2; ++x) {
    V even = in[0];
    for (int u = 2; u < kSide; u += 2) even = hn::MulAdd(in[u], hn::Set(d, kBasis.at[u][x]), even);
    V odd = hn::Zero(d);
    for (int u = 1; u < kSide; u += 2) odd = hn::MulAdd(in[u], hn::Set(d, kBasis.at[u][x]), odd);
    out[x] = hn::Add(even, odd);
    out[kSide - 1 - x] = hn::Sub(even, odd);
  }
}

/// Samples of one row, [column in block][block], to their order in the row.
template <int kSide>
HWY_INLINE void store_row(const std::uint8_t* samples, std::uint8_t* target) {
  const hn::FixedTag<std::uint8_t, kGroup> d;
  const auto load = [&](int x) { return hn::Load(d, samples + x * kGroup); };
  if constexpr (kSide == 1) hn::StoreU(load(0), d, target);
  if constexpr (kSide == 2) hn::StoreInterleaved2(load(0), load(1), d, target);
  if constexpr (kSide == 3) hn::StoreInterleaved3(load(0), load(1), load(2), d, target);
  if constexpr (kSide == 4) hn::StoreInterleaved4(load(0), load(1), load(2), load(3), d, target);
  if constexpr (kSide >= 6) {
    // Columns x and x + side / 2 in turns, of the first half of the blocks and of the second: then
    // it is three or four of them to interleave.
    constexpr int kHalf = kSide / 2;
    const auto low = [&](int x) { return hn::InterleaveLower(d, load(x), load(x + kHalf)); };
    const auto high = [&](int x) { return hn::InterleaveUpper(d, load(x), load(x + kHalf)); };
    std::uint8_t* const second = target + kGroup * kHalf;
    if constexpr (kSide == 6) {
      hn::StoreInterleaved3(low(0), low(1), low(2), d, target);
      hn::StoreInterleaved3(high(0), high(1), high(2), d, second);
    } else {
      hn::StoreInterleaved4(low(0), low(1), low(2), low(3), d, target);
      hn::StoreInterleaved4(high(0), high(1), high(2), high(3), d, second);
    }
  }
}

template <int kSide, bool kBiased>
HWY_INLINE void transform_group(const std::int16_t* coefficients,
                                const Dequantisation& dequantisation, Target target) {
  const hn::CappedTag<float, kGroup> d;
  const hn::Rebind<std::int16_t, decltype(d)> d16;
  const hn::Rebind<std::int32_t, decltype(d)> d32;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  using V = hn::Vec<decltype(d)>;
  const auto lanes = static_cast<int>(hn::Lanes(d));
  const float* const factor = dequantisation.factor.data();
  const float* const biases = dequantisation.bias.data();
  alignas(64) std::uint8_t samples[kSide * kSide * kGroup];
  for (int lane = 0; lane < kGroup; lane += lanes) {
    V columns[kSide][kSide];  // [row of samples][frequency along the row]
    for (int u = 0; u < kSide; ++u) {
      V in[kSide];
      V out[kSide];
      for (int v = 0; v < kSide; ++v) {
        const int at = v * kSide + u;
        const auto whole = hn::LoadU(d16, coefficients + at * kGroup + lane);
        V value = hn::ConvertTo(d, hn::PromoteTo(d32, whole));
        if constexpr (kBiased) {
          const V bias = hn::CopySign(hn::Set(d, biases[at]), value);
          value = hn::Add(value, hn::IfThenZeroElse(hn::Eq(value, hn::Zero(d)), bias));
        }
        in[v] = hn::Mul(value, hn::Set(d, factor[at]));
      }
      if (u == 0) in[0] = hn::Add(in[0], hn::Set(d, 128.0F));  // The level shift: T.81, A.3.1.
      transform_line<kSide>(d, in, out);
      for (int y = 0; y < kSide; ++y) columns[y][u] = out[y];
    }
    for (int y = 0; y < kSide; ++y) {
      V out[kSide];
      transform_line<kSide>(d, columns[y], out);
      for (int x = 0; x < kSide; ++x)
        hn::Store(hn::DemoteTo(d8, hn::NearestInt(out[x])), d8,
                  samples + (y * kSide + x) * kGroup + lane);
    }
  }
  for (int y = 0; y < kSide; ++y)
    store_row<kSide>(samples + y * kSide * kGroup, target.rows + y * target.stride);
}

template <int kSide>
HWY_INLINE void transform_groups(const Layout& layout, const std::int16_t* groups, int group_count,
                                 const Dequantisation& dequantisation, Target target) {
  for (int i = 0; i < group_count; ++i) {
    if (dequantisation.biased)
      transform_group<kSide, true>(groups, dequantisation, target);
    else
      transform_group<kSide, false>(groups, dequantisation, target);
    groups += layout.group_size();
    target.rows += kGroup * kSide;
  }
}

void transform_row(const Layout& layout, const std::int16_t* groups, int group_count,
                   const Dequantisation& dequantisation, Target target) {
  switch (layout.side) {
    case 1: return transform_groups<1>(layout, groups, group_count, dequantisation, target);
    case 2: return transform_groups<2>(layout, groups, group_count, dequantisation, target);
    case 3: return transform_groups<3>(layout, groups, group_count, dequantisation, target);
    case 4: return transform_groups<4>(layout, groups, group_count, dequantisation, target);
    case 6: return transform_groups<6>(layout, groups, group_count, dequantisation, target);
    default: return transform_groups<8>(layout, groups, group_count, dequantisation, target);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace tintype::image::jpeg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image::jpeg {

HWY_EXPORT(transform_row);

void transform_row(const Layout& layout, const std::int16_t* groups, int group_count,
                   const Dequantisation& dequantisation, Target target) {
  HWY_DYNAMIC_DISPATCH(transform_row)(layout, groups, group_count, dequantisation, target);
}

Dequantisation::Dequantisation(const Layout& layout, const Quantisation& steps,
                               const std::array<std::uint8_t, kCoefficients>& missing_bits)
    : factor{}, bias{} {
  // Laplace's distribution, which coefficients follow, puts the mean of an interval below its
  // middle.
  constexpr float kMiddle = 0.4F;
  const auto side = static_cast<float>(layout.side);
  // The forward transform was orthonormal for 8 points, and this one is for `side`.
  const auto weight = [&](std::size_t frequency) {
    return std::sqrt((frequency == 0 ? 1 : 2) / side);
  };
  for (std::size_t index = 0; index < kCoefficients; ++index) {
    if (!layout.keeps(static_cast<int>(index))) continue;
    const std::size_t at = layout.offset[index] / kGroup;
    const auto columns = static_cast<std::size_t>(layout.side);
    factor[at] =
        static_cast<float>(steps[index]) * weight(at / columns) * weight(at % columns) * side / 8;
    bias[at] = static_cast<float>((1 << missing_bits[index]) - 1) * kMiddle;
    if (missing_bits[index] != 0) biased = true;
  }
}

}  // namespace tintype::image::jpeg
#endif
