// What kernels share: included once per instruction set, as Highway's own -inl headers are. "Rows"
// of floats have room behind them for whole vectors: kRowRoom.
#if defined(TINTYPE_IMAGE_PLANES_ROWS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TINTYPE_IMAGE_PLANES_ROWS_INL
#undef TINTYPE_IMAGE_PLANES_ROWS_INL
#else
#define TINTYPE_IMAGE_PLANES_ROWS_INL
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Samples as floats: four times as many bytes, so a vector of them is at most 16.
using FloatTag = hn::CappedTag<float, 16>;
using IntTag = hn::RebindToSigned<FloatTag>;
using SampleTag = hn::Rebind<std::uint8_t, FloatTag>;
using Floats = hn::Vec<FloatTag>;
using Samples = hn::Vec<SampleTag>;

/// For the horizontal pass: eight taps at most, because an output of a shrinking by 2.66 has 16,
/// and wider vectors would mostly meet padding.
using TapTag = hn::CappedTag<float, 8>;

constexpr std::size_t kRowRoom = 64;

/// Floats of a row with that room behind `count`, so that another row may follow it.
constexpr std::size_t whole_vectors(std::size_t count) {
  return (count + 2 * kRowRoom - 1) / kRowRoom * kRowRoom;
}

HWY_INLINE Floats widen(const std::uint8_t* HWY_RESTRICT samples) {
  const auto loaded = hn::LoadU(SampleTag(), samples);
  return hn::ConvertTo(FloatTag(), hn::PromoteTo(IntTag(), loaded));
}

/// To the nearest whole number from 0 to 255.
HWY_INLINE Samples rounded(Floats value) {
  return hn::DemoteTo(SampleTag(), hn::NearestInt(value));
}

/// Stores the sums of the lanes of a, b, c and e, in this order.
template <class V>
HWY_INLINE void store_sums(V a, V b, V c, V e, float* HWY_RESTRICT target) {
  const TapTag d;
  const auto ac = hn::Add(hn::InterleaveLower(d, a, c), hn::InterleaveUpper(d, a, c));
  const auto be = hn::Add(hn::InterleaveLower(d, b, e), hn::InterleaveUpper(d, b, e));
  const auto sums = hn::Add(hn::InterleaveLower(d, ac, be), hn::InterleaveUpper(d, ac, be));
  if constexpr (hn::MaxLanes(TapTag()) <= 4) {
    hn::Store(sums, d, target);
  } else {
    const hn::Half<TapTag> half;
    hn::Store(hn::Add(hn::LowerHalf(half, sums), hn::UpperHalf(half, sums)), half, target);
  }
}

/// target[x] = row[x] * gain + offset, rounded.
HWY_INLINE void round_row(const float* HWY_RESTRICT row, float gain, float offset,
                          std::size_t count, std::uint8_t* HWY_RESTRICT target) {
  const FloatTag d;
  const auto times = hn::Set(d, gain);
  const auto plus = hn::Set(d, offset);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    const auto value = hn::MulAdd(hn::LoadU(d, row + x), times, plus);
    hn::StoreU(rounded(value), SampleTag(), target + x);
  }
}

/// Means of 2 x 2, rounded; `count` of them.
HWY_INLINE void halve_rows(const float* HWY_RESTRICT upper, const float* HWY_RESTRICT lower,
                           std::size_t count, std::uint8_t* HWY_RESTRICT target) {
  const FloatTag d;
  const auto quarter = hn::Set(d, 0.25F);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    Floats a;
    Floats b;
    Floats c;
    Floats e;
    hn::LoadInterleaved2(d, upper + 2 * x, a, b);
    hn::LoadInterleaved2(d, lower + 2 * x, c, e);
    const auto sum = hn::Add(hn::Add(a, b), hn::Add(c, e));
    hn::StoreU(rounded(hn::Mul(sum, quarter)), SampleTag(), target + x);
  }
}

/// One row of chroma at luma's width, as decoders interpolate it: `near` counts three times, `far`
/// once; then the same sideways. `blended` has room for one sample before it.
HWY_INLINE void widen_chroma(const std::uint8_t* near, const std::uint8_t* far, std::size_t count,
                             float* HWY_RESTRICT blended, float* HWY_RESTRICT target) {
  const FloatTag d;
  const auto most = hn::Set(d, 0.75F);
  const auto rest = hn::Set(d, 0.25F);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    const auto a = widen(near + x);
    const auto b = widen(far + x);
    hn::StoreU(hn::MulAdd(a, most, hn::Mul(b, rest)), d, blended + x);
  }
  blended[-1] = blended[0];
  blended[count] = blended[count - 1];
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    const auto here = hn::Mul(hn::LoadU(d, blended + x), most);
    const auto left = hn::MulAdd(hn::LoadU(d, blended + x - 1), rest, here);
    const auto right = hn::MulAdd(hn::LoadU(d, blended + x + 1), rest, here);
    hn::StoreInterleaved2(left, right, d, target + 2 * x);
  }
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
