#include "image/planes/sharp_chroma.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/planes/sharp_chroma.cc"
#include <hwy/foreach_target.h>
// Keep this order: foreach_target.h includes the file again for each target.
#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include "base/assert.h"
#include "image/planes/light-inl.h"
#include "image/planes/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

// Samples are from 0 to 1 here. JFIF 1.02, page 3, with chroma from -0.5 to 0.5.
constexpr float kWhite = 255;
constexpr float kRedOfCr = 1.402F;
constexpr float kBlueOfCb = 1.772F;
constexpr float kGreenOfCb = -0.344136286F;
constexpr float kGreenOfCr = -0.714136286F;

HWY_INLINE Floats sample(const std::uint8_t* at) {
  return hn::Mul(widen(at), hn::Set(FloatTag(), 1 / kWhite));
}

/// Chroma of 0 to 255 to -0.5 to 0.5.
HWY_INLINE Floats centred(Floats chroma) {
  const FloatTag d;
  return hn::MulAdd(chroma, hn::Set(d, 1 / kWhite), hn::Set(d, -128 / kWhite));
}

struct Colour {
  Floats red;
  Floats green;
  Floats blue;
};

HWY_INLINE Colour colour_of(Floats y, Floats cb, Floats cr) {
  const FloatTag d;
  return {
      .red = hn::MulAdd(cr, hn::Set(d, kRedOfCr), y),
      .green = hn::MulAdd(cb, hn::Set(d, kGreenOfCb), hn::MulAdd(cr, hn::Set(d, kGreenOfCr), y)),
      .blue = hn::MulAdd(cb, hn::Set(d, kBlueOfCb), y)};
}

/// What the eye's long and medium cones take of a light, together: the Y of JPEG XL's XYB (ISO/IEC
/// 18181-1, annex L) before its root. Luminance of BT.709 scored 0.08 points less.
HWY_INLINE Floats luminance(Floats red, Floats green, Floats blue) {
  const FloatTag d;
  return hn::MulAdd(red, hn::Set(d, 0.265F),
                    hn::MulAdd(green, hn::Set(d, 0.657F), hn::Mul(blue, hn::Set(d, 0.078F))));
}

/// light_slope(), and zero where a sample is cut.
HWY_INLINE Floats slope_inside(Floats value) {
  const FloatTag d;
  const auto inside = hn::And(hn::Gt(value, hn::Zero(d)), hn::Lt(value, hn::Set(d, 1.0F)));
  return hn::IfThenElseZero(inside, light_slope(value));
}

/// A row of two channels of chroma at luma's width, as decoders interpolate it.
class ShownRow {
 public:
  explicit ShownRow(std::size_t width)
      : room_(whole_vectors(width)), buffer_(hwy::AllocateAligned<float>(3 * room_ + kRowRoom)) {}

  void go_to(const ChromaPair& pair, int y) {
    const int near = y / 2;
    const int far = std::clamp(near + (y % 2 == 0 ? -1 : 1), 0, pair.cb.height() - 1);
    const auto width = static_cast<std::size_t>(pair.cb.width());
    float* const blended = buffer_.get() + 2 * room_ + kRowRoom;
    widen_chroma(pair.cb.row(near), pair.cb.row(far), width, blended, buffer_.get());
    widen_chroma(pair.cr.row(near), pair.cr.row(far), width, blended, buffer_.get() + room_);
  }
  Floats cb(std::size_t x) const { return hn::Load(FloatTag(), buffer_.get() + x); }
  Floats cr(std::size_t x) const { return hn::Load(FloatTag(), buffer_.get() + room_ + x); }

 private:
  std::size_t room_;
  hwy::AlignedFreeUniquePtr<float[]> buffer_;
};

/// Rows of sums, from which the correction of a row of chroma comes.
struct Missing {
  float* light;   // Of the source, less what is shown.
  float* growth;  // Of light with a sample, from 0 to 1.
};

/// Adds a pixel's part: `shown` against the sample that it should be.
HWY_INLINE void add_missing(Floats wanted, Floats shown, Missing sums, std::size_t x) {
  const FloatTag d;
  const auto light = hn::Sub(light_of(wanted), light_of(shown));
  hn::Store(hn::Add(hn::Load(d, sums.light + x), light), d, sums.light + x);
  hn::Store(hn::Add(hn::Load(d, sums.growth + x), light_slope(shown)), d, sums.growth + x);
}

/// `count` samples of chroma, each from two columns of the sums.
void correct_row(const std::uint8_t* means, Missing sums, float of_chroma, std::size_t count,
                 std::uint8_t* HWY_RESTRICT target) {
  // All of it would be more than neighbours, which share it by interpolation, need: the best of
  // 0.6 to 1.6; a second round does not help.
  constexpr float kPart = 0.8F;
  constexpr float kStepMax = 16;  // Where the light of a saturated colour hardly grows.
  const FloatTag d;
  const auto gain = hn::Set(d, kPart * kWhite / of_chroma);
  const auto least = hn::Set(d, -kStepMax);
  const auto most = hn::Set(d, kStepMax);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    Floats light0;
    Floats light1;
    Floats growth0;
    Floats growth1;
    hn::LoadInterleaved2(d, sums.light + 2 * x, light0, light1);
    hn::LoadInterleaved2(d, sums.growth + 2 * x, growth0, growth1);
    const auto part = hn::Div(hn::Add(light0, light1), hn::Add(growth0, growth1));
    const auto step = hn::Min(hn::Max(hn::Mul(part, gain), least), most);
    hn::StoreU(rounded(hn::Add(widen(means + x), step)), SampleTag(), target + x);
  }
}

void take_means(const Planes& full, ChromaPair& target) {
  const auto width = static_cast<std::size_t>(full.width());
  const auto count = static_cast<std::size_t>(target.cb.width());
  const std::size_t room = whole_vectors(width);
  const auto rows = hwy::AllocateAligned<float>(2 * room);
  const auto load = [&](const Plane& plane, int y, float* row) {
    const std::uint8_t* const samples = plane.row(std::min(y, plane.height() - 1));
    for (std::size_t x = 0; x < width; x += hn::Lanes(FloatTag()))
      hn::Store(widen(samples + x), FloatTag(), row + x);
    row[width] = row[width - 1];
  };
  const auto halve = [&](const Plane& plane, int y, std::uint8_t* row) {
    load(plane, 2 * y, rows.get());
    load(plane, 2 * y + 1, rows.get() + room);
    halve_rows(rows.get(), rows.get() + room, count, row);
  };
  for (int y = 0; y < target.cb.height(); ++y) {
    halve(full.cb, y, target.cb.row(y));
    halve(full.cr, y, target.cr.row(y));
  }
}

/// Luma is not corrected yet, so its errors are not chroma's: both sides have the source's.
void correct_means(const Planes& full, const ChromaPair& means, ChromaPair& target) {
  const FloatTag d;
  const auto width = static_cast<std::size_t>(full.width());
  const auto count = static_cast<std::size_t>(means.cb.width());
  const std::size_t room = whole_vectors(width);
  const auto buffer = hwy::AllocateAligned<float>(4 * room);
  const Missing blue = {buffer.get(), buffer.get() + room};
  const Missing red = {buffer.get() + 2 * room, buffer.get() + 3 * room};
  ShownRow shown(width);
  for (int row = 0; row < means.cb.height(); ++row) {
    std::fill_n(buffer.get(), 4 * room, 0.0F);
    for (int y = 2 * row; y < std::min(2 * row + 2, full.height()); ++y) {
      shown.go_to(means, y);
      for (std::size_t x = 0; x < width; x += hn::Lanes(d)) {
        const auto luma = sample(full.luma.row(y) + x);
        const auto with = [&](Floats chroma, float factor) {
          return hn::MulAdd(centred(chroma), hn::Set(d, factor), luma);
        };
        add_missing(with(widen(full.cb.row(y) + x), kBlueOfCb), with(shown.cb(x), kBlueOfCb), blue,
                    x);
        add_missing(with(widen(full.cr.row(y) + x), kRedOfCr), with(shown.cr(x), kRedOfCr), red, x);
      }
    }
    for (const Missing& sums : {blue, red}) {
      sums.light[width] = sums.light[width - 1];
      sums.growth[width] = sums.growth[width - 1];
    }
    correct_row(means.cb.row(row), blue, kBlueOfCb, count, target.cb.row(row));
    correct_row(means.cr.row(row), red, kRedOfCr, count, target.cr.row(row));
  }
}

void fit_rows(const Planes& full, const ChromaPair& pair, Plane& target) {
  // More shows as a rim around saturated colours, and scores no better.
  constexpr float kStepMax = 8 / kWhite;
  const FloatTag d;
  const auto width = static_cast<std::size_t>(full.width());
  const auto least = hn::Set(d, -kStepMax);
  const auto most = hn::Set(d, kStepMax);
  // Less than light grows anywhere but where it is cut.
  const auto growth_min = hn::Set(d, 0.05F);
  ShownRow shown(width);
  for (int y = 0; y < full.height(); ++y) {
    shown.go_to(pair, y);
    std::uint8_t* const row = target.row(y);
    for (std::size_t x = 0; x < width; x += hn::Lanes(d)) {
      const auto luma = sample(full.luma.row(y) + x);
      const Colour wanted =
          colour_of(luma, centred(widen(full.cb.row(y) + x)), centred(widen(full.cr.row(y) + x)));
      const Colour found = colour_of(luma, centred(shown.cb(x)), centred(shown.cr(x)));
      const auto missing = luminance(hn::Sub(light_of(wanted.red), light_of(found.red)),
                                     hn::Sub(light_of(wanted.green), light_of(found.green)),
                                     hn::Sub(light_of(wanted.blue), light_of(found.blue)));
      const auto growth =
          luminance(slope_inside(found.red), slope_inside(found.green), slope_inside(found.blue));
      const auto step = hn::Div(missing, hn::Max(growth, growth_min));
      const auto fitted = hn::Add(luma, hn::Min(hn::Max(step, least), most));
      hn::StoreU(rounded(hn::Mul(fitted, hn::Set(d, kWhite))), SampleTag(), row + x);
    }
  }
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image {
namespace {

HWY_EXPORT(take_means);
HWY_EXPORT(correct_means);
HWY_EXPORT(fit_rows);

ChromaPair half_of(const Planes& full) {
  const int width = halved(full.width());
  const int height = halved(full.height());
  return {.cb = Plane(width, height), .cr = Plane(width, height)};
}

}  // namespace

ChromaPair halve_chroma(const Planes& full) {
  ASSERT(full.cb.width() == full.width());
  ASSERT(full.cb.height() == full.height());
  ChromaPair means = half_of(full);
  HWY_DYNAMIC_DISPATCH(take_means)(full, means);
  ChromaPair corrected = half_of(full);
  HWY_DYNAMIC_DISPATCH(correct_means)(full, means, corrected);
  return corrected;
}

Plane fit_luma(const Planes& full, const ChromaPair& shown) {
  ASSERT(full.cb.width() == full.width());
  ASSERT(full.cb.height() == full.height());
  ASSERT(shown.cb.width() == halved(full.width()));
  ASSERT(shown.cb.height() == halved(full.height()));
  Plane luma(full.width(), full.height());
  HWY_DYNAMIC_DISPATCH(fit_rows)(full, shown, luma);
  return luma;
}

}  // namespace tintype::image
#endif
