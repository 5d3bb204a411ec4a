// Chroma of any sampling, row by row at luma's resolution.
#if defined(TINTYPE_IMAGE_PLANES_CHROMA_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef TINTYPE_IMAGE_PLANES_CHROMA_INL
#undef TINTYPE_IMAGE_PLANES_CHROMA_INL
#else
#define TINTYPE_IMAGE_PLANES_CHROMA_INL
#endif

#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "image/planes/linear_plan.h"
#include "image/planes/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

/// Makes rows of chroma at luma's resolution.
class ChromaRows {
 public:
  ChromaRows(const Channel& channel, const Channel& luma, const Siting& siting)
      : channel_(channel), luma_(luma), siting_(siting) {
    begin_ = std::min(siting.begin, 0);
    const int end = std::max(siting.end, channel.plane.width());
    samples_ = hwy::AllocateAligned<float>(static_cast<std::size_t>(end - begin_) + 2 * kRowRoom);
  }

  /// Interpolates between the two rows of chroma around row `y` of luma.
  HWY_NOINLINE void go_to(int y) {
    const FloatTag d;
    const double place = row_in(channel_, luma_, y);
    const int row = static_cast<int>(std::floor(place));
    const int last = channel_.plane.height() - 1;
    const std::uint8_t* const upper = channel_.plane.row(std::clamp(row, 0, last));
    const std::uint8_t* const lower = channel_.plane.row(std::clamp(row + 1, 0, last));
    const auto fraction = hn::Set(d, static_cast<float>(place - row));
    const auto middle = hn::Set(d, 128.0F);
    const int width = channel_.plane.width();
    const int from = std::clamp(siting_.begin, 0, width - 1);
    const int to = std::clamp(siting_.end, from + 1, width);
    float* const target = samples_.get() - begin_;
    for (int x = from; x < to; x += static_cast<int>(hn::Lanes(d))) {
      const auto a = widen(upper + x);
      const auto b = widen(lower + x);
      hn::StoreU(hn::Sub(hn::MulAdd(hn::Sub(b, a), fraction, a), middle), d, target + x);
    }
    std::fill(target + siting_.begin, target + std::max(siting_.begin, from), target[from]);
    std::fill(target + to, target + std::max(siting_.end, to), target[to - 1]);
  }

  /// `count` columns of luma from `at`, both multiples of vectors.
  HWY_NOINLINE void interpolate(std::size_t at, std::size_t count,
                                float* HWY_RESTRICT target) const {
    const float* const source = samples_.get() - begin_;
    switch (siting_.kind) {
      case Siting::Kind::same:
        std::copy_n(source + siting_.shift + static_cast<std::ptrdiff_t>(at), count, target);
        return;
      case Siting::Kind::doubled:
        double_columns(source + static_cast<std::ptrdiff_t>(at / 2), count, target);
        return;
      case Siting::Kind::any:
        for (std::size_t x = 0; x < count; ++x) {
          const Siting::Place& place = siting_.places[at + x];
          const float left = source[place.index];
          target[x] = left + (source[place.index + 1] - left) * place.fraction;
        }
        return;
    }
  }

 private:
  void double_columns(const float* source, std::size_t count, float* HWY_RESTRICT target) const {
    const FloatTag d;
    const float* const even = source + siting_.even.index;
    const float* const odd = source + siting_.odd.index;
    const auto even_fraction = hn::Set(d, siting_.even.fraction);
    const auto odd_fraction = hn::Set(d, siting_.odd.fraction);
    for (std::size_t x = 0; x < count / 2; x += hn::Lanes(d)) {
      const auto a = hn::LoadU(d, even + x);
      const auto b = hn::LoadU(d, odd + x);
      const auto a_step = hn::Sub(hn::LoadU(d, even + x + 1), a);
      const auto b_step = hn::Sub(hn::LoadU(d, odd + x + 1), b);
      hn::StoreInterleaved2(hn::MulAdd(a_step, even_fraction, a),
                            hn::MulAdd(b_step, odd_fraction, b), d, target + 2 * x);
    }
  }

  const Channel& channel_;
  const Channel& luma_;
  const Siting& siting_;
  int begin_ = 0;  // The sample that samples_ begins with; at most 0.
  hwy::AlignedFreeUniquePtr<float[]> samples_;
};

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
