// A photograph's rows as linear light of the result's width: the first half of linear.cc. Included
// once per instruction set, as Highway's own -inl headers are.
#if defined(TINTYPE_IMAGE_PLANES_LIGHT_ROWS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TINTYPE_IMAGE_PLANES_LIGHT_ROWS_INL
#undef TINTYPE_IMAGE_PLANES_LIGHT_ROWS_INL
#else
#define TINTYPE_IMAGE_PLANES_LIGHT_ROWS_INL
#endif

#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/planes/chroma-inl.h"
#include "image/planes/light-inl.h"
#include "image/planes/linear_plan.h"
#include "image/planes/photo.h"
#include "image/planes/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

// Columns whose chroma is interpolated before they become light: what stays in the first cache.
constexpr std::size_t kChunk = 512;

template <int kChannels>
struct RowOfLight {
  float* channels[kChannels];
};

/// R'G'B' to light.
HWY_NOINLINE void light_row(const std::uint8_t* HWY_RESTRICT luma, const float* HWY_RESTRICT cb,
                            const float* HWY_RESTRICT cr, const Colours& colours, std::size_t count,
                            RowOfLight<3> target, std::size_t at) {
  const FloatTag d;
  const auto gain = hn::Set(d, colours.luma_gain);
  const auto offset = hn::Set(d, colours.luma_offset);
  const auto red_of_cr = hn::Set(d, colours.red_of_cr);
  const auto green_of_cr = hn::Set(d, colours.green_of_cr);
  const auto green_of_cb = hn::Set(d, colours.green_of_cb);
  const auto blue_of_cb = hn::Set(d, colours.blue_of_cb);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d)) {
    const auto y = hn::MulAdd(widen(luma + x), gain, offset);
    const auto u = hn::Load(d, cb + x);
    const auto v = hn::Load(d, cr + x);
    const auto green = hn::MulAdd(u, green_of_cb, hn::MulAdd(v, green_of_cr, y));
    hn::Store(light_of(hn::MulAdd(v, red_of_cr, y)), d, target.channels[0] + at + x);
    hn::Store(light_of(green), d, target.channels[1] + at + x);
    hn::Store(light_of(hn::MulAdd(u, blue_of_cb, y)), d, target.channels[2] + at + x);
  }
}

HWY_NOINLINE void light_row(const std::uint8_t* HWY_RESTRICT luma, const Colours& colours,
                            std::size_t count, float* HWY_RESTRICT target) {
  const FloatTag d;
  const auto gain = hn::Set(d, colours.luma_gain);
  const auto offset = hn::Set(d, colours.luma_offset);
  for (std::size_t x = 0; x < count; x += hn::Lanes(d))
    hn::Store(light_of(hn::MulAdd(widen(luma + x), gain, offset)), d, target + x);
}

/// The horizontal pass. It is bound by loads: each weight serves all channels, and each sample two
/// outputs, which begin at the same one.
template <int kChannels>
HWY_NOINLINE void dot_row(const Taps& taps, RowOfLight<kChannels> row,
                          RowOfLight<kChannels> target) {
  const TapTag d;
  const auto width = static_cast<std::size_t>(taps.width);
  const std::size_t count = taps.first.size();
  const int* HWY_RESTRICT first = taps.first.data();
  const float* HWY_RESTRICT weights = taps.weights.data();
  for (std::size_t x = 0; x < count; x += 4, weights += 4 * width) {
    hn::Vec<TapTag> sums[kChannels][4];
    for (auto& channel : sums)
      for (auto& sum : channel) sum = hn::Zero(d);
    for (std::size_t k = 0; k < width; k += hn::Lanes(d)) {
      for (std::size_t i = 0; i < 4; i += 2) {
        const auto weight0 = hn::LoadU(d, weights + i * width + k);
        const auto weight1 = hn::LoadU(d, weights + (i + 1) * width + k);
        const std::size_t at = static_cast<std::size_t>(first[x + i]) + k;
        for (int c = 0; c < kChannels; ++c) {
          const auto samples = hn::LoadU(d, row.channels[c] + at);
          sums[c][i] = hn::MulAdd(weight0, samples, sums[c][i]);
          sums[c][i + 1] = hn::MulAdd(weight1, samples, sums[c][i + 1]);
        }
      }
    }
    for (int c = 0; c < kChannels; ++c)
      store_sums(sums[c][0], sums[c][1], sums[c][2], sums[c][3], target.channels[c] + x);
  }
}

/// Rows of the source as light, already of the result's width; as many as the vertical kernel spans
/// are kept. Asked for in the order of the source.
template <int kChannels>
class Light {
 public:
  Light(const Photo& photo, const LinearPlan& plan)
      : photo_(photo),
        plan_(plan),
        width_(whole_vectors(plan.columns.first.size())),
        kept_(static_cast<std::size_t>(plan.rows_kept)),
        room_(whole_vectors(static_cast<std::size_t>(plan.column_count) +
                            static_cast<std::size_t>(plan.columns.width))),
        ring_(hwy::AllocateAligned<float>(kChannels * kept_ * width_)),
        source_(hwy::AllocateAligned<float>(kChannels * room_)),
        chunk_(hwy::AllocateAligned<float>(2 * kChunk)) {
    std::fill_n(source_.get(), kChannels * room_, 0.0F);
    std::fill_n(ring_.get(), kChannels * kept_ * width_, 0.0F);
    if constexpr (kChannels == 3) {
      chroma_.emplace_back(photo.cb, photo.luma, plan.siting);
      chroma_.emplace_back(photo.cr, photo.luma, plan.siting);
    }
  }

  /// Makes rows up to `end`; those before `begin` are not wanted any more.
  void go_to(int begin, int end) {
    for (next_ = std::max(next_, begin); next_ < end; ++next_) make_row(next_);
  }

  const float* row(int y, int channel) const {
    return ring_.get() +
           (static_cast<std::size_t>(y) % kept_ * kChannels + static_cast<std::size_t>(channel)) *
               width_;
  }

 private:
  HWY_NOINLINE void make_row(int y) {
    const std::uint8_t* const luma = photo_.luma.plane.row(y) + plan_.column_begin;
    const auto count = static_cast<std::size_t>(plan_.column_count);
    RowOfLight<kChannels> source;
    RowOfLight<kChannels> target;
    for (int c = 0; c < kChannels; ++c) {
      source.channels[c] = source_.get() + static_cast<std::size_t>(c) * room_;
      target.channels[c] = const_cast<float*>(row(y, c));
    }
    if constexpr (kChannels == 1) {
      light_row(luma, plan_.colours, count, source.channels[0]);
    } else {
      for (auto& chroma : chroma_) chroma.go_to(y);
      for (std::size_t x = 0; x < count; x += kChunk) {
        const std::size_t part = std::min(kChunk, count - x);
        chroma_[0].interpolate(x, part, chunk_.get());
        chroma_[1].interpolate(x, part, chunk_.get() + kChunk);
        light_row(luma + x, chunk_.get(), chunk_.get() + kChunk, plan_.colours, part, source, x);
      }
    }
    dot_row<kChannels>(plan_.columns, source, target);
  }

  const Photo& photo_;
  const LinearPlan& plan_;
  std::size_t width_;
  std::size_t kept_;
  std::size_t room_;
  hwy::AlignedFreeUniquePtr<float[]> ring_;
  hwy::AlignedFreeUniquePtr<float[]> source_;
  hwy::AlignedFreeUniquePtr<float[]> chunk_;
  std::vector<ChromaRows> chroma_;
  int next_ = 0;
};

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
