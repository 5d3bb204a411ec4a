#include "image/planes/shaper.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/planes/shaper.cc"
#include <hwy/foreach_target.h>
// Keep this order: foreach_target.h includes the file again for each target.
#include <hwy/highway.h>

#include "image/planes/light-inl.h"
#include "image/planes/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

// Pixels at a time: curves are looked up one by one, the rest is done in vectors.
constexpr std::size_t kBlock = 64;

void shape_block(const Shaper& shaper, const std::uint8_t* source,
                 std::uint8_t* HWY_RESTRICT target) {
  const FloatTag d;
  HWY_ALIGN float light[3][kBlock];
  for (std::size_t x = 0; x < kBlock; ++x) {
    light[0][x] = shaper.curves[0][source[3 * x]];
    light[1][x] = shaper.curves[1][source[3 * x + 1]];
    light[2][x] = shaper.curves[2][source[3 * x + 2]];
  }
  const auto white = hn::Set(d, 255.0F);
  for (std::size_t x = 0; x < kBlock; x += hn::Lanes(d)) {
    const auto red = hn::Load(d, light[0] + x);
    const auto green = hn::Load(d, light[1] + x);
    const auto blue = hn::Load(d, light[2] + x);
    const auto mix = [&](const std::array<float, 3>& row) HWY_ATTR {
      const auto some = hn::MulAdd(green, hn::Set(d, row[1]), hn::Mul(blue, hn::Set(d, row[2])));
      const auto sum = hn::MulAdd(red, hn::Set(d, row[0]), some);
      return rounded(hn::Mul(sample_of(sum), white));
    };
    hn::StoreInterleaved3(mix(shaper.matrix[0]), mix(shaper.matrix[1]), mix(shaper.matrix[2]),
                          SampleTag(), target + 3 * x);
  }
}

void shape_all(const Shaper& shaper, std::uint8_t* samples, std::size_t pixels) {
  HWY_ALIGN std::uint8_t block[3 * kBlock] = {};
  std::size_t x = 0;
  for (; x + kBlock <= pixels; x += kBlock) {
    shape_block(shaper, samples + 3 * x, block);
    std::memcpy(samples + 3 * x, block, sizeof(block));
  }
  std::memset(block, 0, sizeof(block));
  std::memcpy(block, samples + 3 * x, 3 * (pixels - x));
  HWY_ALIGN std::uint8_t last[3 * kBlock];
  shape_block(shaper, block, last);
  std::memcpy(samples + 3 * x, last, 3 * (pixels - x));
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image {
namespace {
HWY_EXPORT(shape_all);
}

void shape(const Shaper& shaper, Rgb& picture) {
  HWY_DYNAMIC_DISPATCH(shape_all)(shaper, picture.samples.data(), picture.samples.size() / 3);
}

}  // namespace tintype::image
#endif
