// The sRGB curve (IEC 61966-2-1) for vectors of floats, both ways.
#if defined(TINTYPE_IMAGE_PLANES_LIGHT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TINTYPE_IMAGE_PLANES_LIGHT_INL
#undef TINTYPE_IMAGE_PLANES_LIGHT_INL
#else
#define TINTYPE_IMAGE_PLANES_LIGHT_INL
#endif

#include <hwy/highway.h>

#include "image/planes/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

template <class V>
HWY_INLINE V clip_to_one(V value) {
  const hn::DFromV<V> d;
  return hn::Min(hn::Max(value, hn::Zero(d)), hn::Set(d, 1.0F));
}

/// Of a sample from 0 to 1. The power is a minimax polynomial (Remez), wrong by at most 0.0124 of
/// an 8-bit step; the straight part near black is exact.
template <class V>
HWY_INLINE V light_of(V sample) {
  const hn::DFromV<V> d;
  const auto x = clip_to_one(sample);
  auto power = hn::MulAdd(hn::Set(d, 0.0872824488F), x, hn::Set(d, -0.30737773F));
  power = hn::MulAdd(power, x, hn::Set(d, 0.667160716F));
  power = hn::MulAdd(power, x, hn::Set(d, 0.519381942F));
  power = hn::MulAdd(power, x, hn::Set(d, 0.0327460814F));
  power = hn::MulAdd(power, x, hn::Set(d, 0.000916890664F));
  const auto straight = hn::Mul(x, hn::Set(d, 1.0F / 12.92F));
  return hn::IfThenElse(hn::Le(x, hn::Set(d, 0.04045F)), straight, power);
}

/// How fast light_of() grows there.
template <class V>
HWY_INLINE V light_slope(V sample) {
  const hn::DFromV<V> d;
  const auto x = clip_to_one(sample);
  auto power = hn::MulAdd(hn::Set(d, 5 * 0.0872824488F), x, hn::Set(d, 4 * -0.30737773F));
  power = hn::MulAdd(power, x, hn::Set(d, 3 * 0.667160716F));
  power = hn::MulAdd(power, x, hn::Set(d, 2 * 0.519381942F));
  power = hn::MulAdd(power, x, hn::Set(d, 0.0327460814F));
  return hn::IfThenElse(hn::Le(x, hn::Set(d, 0.04045F)), hn::Set(d, 1.0F / 12.92F), power);
}

/// Of light from 0 to 1; what Lanczos throws beyond is cut. The power 5/12 is a polynomial of the
/// fourth root, wrong by at most 0.0088 of an 8-bit step.
template <class V>
HWY_INLINE V sample_of(V light) {
  const hn::DFromV<V> d;
  const auto x = clip_to_one(light);
  const auto root = hn::Sqrt(hn::Sqrt(x));
  auto power = hn::MulAdd(hn::Set(d, 0.0813299826F), root, hn::Set(d, -0.335501575F));
  power = hn::MulAdd(power, root, hn::Set(d, 1.12268164F));
  power = hn::MulAdd(power, root, hn::Set(d, 0.19613586F));
  power = hn::MulAdd(power, root, hn::Set(d, -0.0646115369F));
  const auto straight = hn::Mul(x, hn::Set(d, 12.92F));
  return hn::IfThenElse(hn::Le(x, hn::Set(d, 0.0031308F)), straight, power);
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
