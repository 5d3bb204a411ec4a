#include "image/planes/linear.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/planes/linear.cc"
#include <hwy/foreach_target.h>
// Keep this order: foreach_target.h includes the file again for each target.
#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include "base/assert.h"
#include "image/planes/chroma-inl.h"
#include "image/planes/light-inl.h"
#include "image/planes/light_rows-inl.h"
#include "image/planes/linear_plan.h"
#include "image/planes/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

/// What is left to do with the chroma of two rows of the result.
struct ChromaPair {
  float* cb[2];
  float* cr[2];
};

template <int kChannels>
class Finisher {
 public:
  Finisher(const Photo& photo, const LinearPlan& plan, Planes& target)
      : plan_(plan),
        target_(target),
        light_(photo, plan),
        rows_(static_cast<std::size_t>(kChannels) * static_cast<std::size_t>(plan.rows.width)),
        height_(photo.luma.plane.height()) {
    const std::size_t padded = whole_vectors(static_cast<std::size_t>(target.width()));
    chroma_ = hwy::AllocateAligned<float>(4 * padded);
    for (std::size_t i = 0; i < 2; ++i) {
      pair_.cb[i] = chroma_.get() + i * padded;
      pair_.cr[i] = chroma_.get() + (2 + i) * padded;
    }
  }

  /// Row by row in the order of the source, so that the source is gone through once.
  void run() {
    const int step = plan_.subsampled ? 2 : 1;
    const int groups = (target_.height() + step - 1) / step;
    for (int i = 0; i < groups; ++i) {
      const int group = plan_.upward ? groups - 1 - i : i;
      const int upper = group * step;
      const int lower = std::min(upper + step, target_.height()) - 1;
      finish_row(plan_.upward ? lower : upper);
      if (lower != upper) finish_row(plan_.upward ? upper : lower);
      if constexpr (kChannels == 3) finish_chroma(group, upper, lower);
    }
  }

 private:
  /// The vertical pass, and samples of luma; chroma waits to be rounded.
  void finish_row(int y) {
    const auto at = static_cast<std::size_t>(y);
    const int first = plan_.rows.first[at];
    light_.go_to(plan_.row_begin[at], std::min(first + plan_.rows.width, height_));
    const int taps = plan_.rows.width;
    auto next = rows_.begin();
    for (int k = 0; k < taps; ++k)
      for (int c = 0; c < kChannels; ++c) *next++ = light_.row(first + k, c);
    const float* const weights = plan_.rows.weights.data() + std::ptrdiff_t{y} * taps;
    const auto width = static_cast<std::size_t>(target_.width());
    std::uint8_t* const luma = target_.luma.row(y);
    float* const cb = pair_.cb[at % 2];
    float* const cr = pair_.cr[at % 2];
    const FloatTag d;
    const auto white = hn::Set(d, 255.0F);
    for (std::size_t x = 0; x < width; x += hn::Lanes(d)) {
      Floats sums[kChannels];
      for (auto& sum : sums) sum = hn::Zero(d);
      const float* const* row = rows_.data();
      for (int k = 0; k < taps; ++k) {
        const auto weight = hn::Set(d, weights[k]);
        for (auto& sum : sums) sum = hn::MulAdd(weight, hn::LoadU(d, *row++ + x), sum);
      }
      if constexpr (kChannels == 1) {
        hn::StoreU(rounded(hn::Mul(sample_of(sums[0]), white)), SampleTag(), luma + x);
      } else {
        // JFIF 1.02, page 3.
        const auto middle = hn::Set(d, 128.0F);
        const auto red = hn::Mul(sample_of(sums[0]), white);
        const auto green = hn::Mul(sample_of(sums[1]), white);
        const auto blue = hn::Mul(sample_of(sums[2]), white);
        const auto part = hn::MulAdd(green, hn::Set(d, 0.587F), hn::Mul(blue, hn::Set(d, 0.114F)));
        const auto grey = hn::MulAdd(red, hn::Set(d, 0.299F), part);
        hn::StoreU(rounded(grey), SampleTag(), luma + x);
        hn::Store(hn::MulAdd(hn::Sub(blue, grey), hn::Set(d, 1 / 1.772F), middle), d, cb + x);
        hn::Store(hn::MulAdd(hn::Sub(red, grey), hn::Set(d, 1 / 1.402F), middle), d, cr + x);
      }
    }
    cb[width] = cb[width - 1];
    cr[width] = cr[width - 1];
  }

  void finish_chroma(int row, int upper, int lower) {
    const auto width = static_cast<std::size_t>(target_.cb.width());
    std::uint8_t* const cb = target_.cb.row(row);
    std::uint8_t* const cr = target_.cr.row(row);
    const int a = upper % 2;
    const int b = lower % 2;
    if (plan_.subsampled) {
      halve_rows(pair_.cb[a], pair_.cb[b], width, cb);
      halve_rows(pair_.cr[a], pair_.cr[b], width, cr);
    } else {
      round_row(pair_.cb[a], 1, 0, width, cb);
      round_row(pair_.cr[a], 1, 0, width, cr);
    }
  }

  const LinearPlan& plan_;
  Planes& target_;
  Light<kChannels> light_;
  std::vector<const float*> rows_;  // The taps' rows, channel by channel.
  int height_;
  hwy::AlignedFreeUniquePtr<float[]> chroma_;
  ChromaPair pair_;
};

void run_linear(const Photo& photo, const LinearPlan& plan, Planes& target) {
  if (photo.grey())
    Finisher<1>(photo, plan, target).run();
  else
    Finisher<3>(photo, plan, target).run();
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image {
namespace {

HWY_EXPORT(run_linear);
}  // namespace

Planes shrink_linear(const Photo& photo, const Stretch& horizontal, const Stretch& vertical,
                     bool subsampled) {
  const Channel& luma = photo.luma;
  ASSERT(!luma.plane.empty());
  ASSERT(photo.cb.plane.width() == photo.cr.plane.width());
  ASSERT(photo.cb.plane.height() == photo.cr.plane.height());
  const LinearPlan plan = plan_linear(photo, horizontal, vertical, subsampled);
  Planes target;
  target.luma = Plane(horizontal.count, vertical.count);
  if (!photo.grey()) {
    const int width = subsampled ? halved(horizontal.count) : horizontal.count;
    const int height = subsampled ? halved(vertical.count) : vertical.count;
    target.cb = Plane(width, height);
    target.cr = Plane(width, height);
  }
  HWY_DYNAMIC_DISPATCH(run_linear)(photo, plan, target);
  return target;
}

}  // namespace tintype::image
#endif
