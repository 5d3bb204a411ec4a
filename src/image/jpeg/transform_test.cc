#include "image/jpeg/transform.h"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cmath>
#include <vector>

#include "image/jpeg/reference.h"
#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

constexpr int kGroups = 2;

/// T.81, A.3.3, with `side` for 8, in double precision. `values` are side x side, row by row.
double sample_at(const std::vector<double>& values, int side, int x, int y) {
  constexpr double kPi = 3.14159265358979323846;
  double sum = 0;
  for (int v = 0; v < side; ++v)
    for (int u = 0; u < side; ++u)
      sum += std::sqrt((u == 0 ? 1.0 : 2.0) / side) * std::sqrt((v == 0 ? 1.0 : 2.0) / side) *
             values[static_cast<std::size_t>(v * side + u)] *
             std::cos((2 * x + 1) * u * kPi / (2 * side)) *
             std::cos((2 * y + 1) * v * kPi / (2 * side));
  return std::clamp(128 + sum * side / 8, 0.0, 255.0);
}

struct Blocks {
  const Layout& layout;
  Quantisation steps;
  std::array<std::uint8_t, kCoefficients> missing = {};
  CoefficientStore store;

  Blocks(int side, int seed)
      : layout(Layout::of(side)), store(kGroups * kGroup, 1, Layout::of(side)) {
    test::Random random(static_cast<std::uint32_t>(seed * 100 + side));
    for (std::uint16_t& step : steps) step = static_cast<std::uint16_t>(1 + random.below(40));
    for (int x = 0; x < kGroups * kGroup; ++x)
      for (std::size_t index = 0; index < kCoefficients; ++index) {
        // From flat blocks to those that leave the range of samples.
        const int range = 1 + random.below(x * 4 + 1) / (static_cast<int>(index) + 1);
        store.block(x, 0)[layout.offset[index]] =
            static_cast<std::int16_t>(random.below(2 * range + 1) - range);
      }
  }
  /// What the coefficients of block `x` stand for.
  std::vector<double> values(int x) const {
    std::vector<double> result(static_cast<std::size_t>(layout.count()));
    for (std::size_t index = 0; index < kCoefficients; ++index) {
      if (!layout.keeps(static_cast<int>(index))) continue;
      const double value = store.block(x, 0)[layout.offset[index]];
      const double bias = value == 0 ? 0 : 0.4 * ((1 << missing[index]) - 1);
      result[layout.offset[index] / kGroup] = (value + std::copysign(bias, value)) * steps[index];
    }
    return result;
  }
};

double error_of(const Blocks& blocks) {
  const int side = blocks.layout.side;
  const int width = kGroups * kGroup * side;
  std::vector<std::uint8_t> samples(static_cast<std::size_t>(width * side) + 64);
  transform_row(blocks.layout, blocks.store.row(0), kGroups,
                Dequantisation(blocks.layout, blocks.steps, blocks.missing),
                {samples.data(), width});
  double error = 0;
  for (int block = 0; block < kGroups * kGroup; ++block) {
    const auto values = blocks.values(block);
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x) {
        const double mine = samples[static_cast<std::size_t>(y * width + block * side + x)];
        error = std::max(error, std::abs(mine - sample_at(values, side, x, y)));
      }
  }
  return error;
}

TEST(TransformRow, IsExactToHalfALevelOnEveryProcessor) {
  constexpr double kErrorMax = 0.501;
  for (const auto target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    for (const int side : {1, 2, 3, 4, 6, 8})
      for (int seed = 0; seed < 4; ++seed) {
        SCOPED_TRACE(testing::Message() << hwy::TargetName(target) << ", side " << side);
        Blocks blocks(side, seed);
        EXPECT_LE(error_of(blocks), kErrorMax);
        for (std::size_t index = 1; index < kCoefficients; ++index)
          blocks.missing[index] = static_cast<std::uint8_t>(index % 3);
        EXPECT_LE(error_of(blocks), kErrorMax);
      }
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(TransformRow, SaturatesWhatIsFarOut) {
  for (const int side : {1, 2, 3, 4, 6, 8}) {
    SCOPED_TRACE(side);
    const Layout& layout = Layout::of(side);
    CoefficientStore store(kGroup, 1, layout);
    for (int x = 0; x < kGroup; ++x) store.block(x, 0)[0] = x % 2 == 0 ? 32767 : -32768;
    Quantisation steps;
    steps.fill(65535);
    std::vector<std::uint8_t> samples(static_cast<std::size_t>(kGroup * side * side) + 64);
    transform_row(layout, store.row(0), 1, Dequantisation(layout, steps, {}),
                  {samples.data(), kGroup * side});
    for (int x = 0; x < kGroup * side; ++x)
      EXPECT_EQ(samples[static_cast<std::size_t>(x)], x / side % 2 == 0 ? 255 : 0);
  }
}

TEST(Layout, KeepsTheLowestFrequencies) {
  for (const int side : {1, 2, 3, 4, 6, 8}) {
    SCOPED_TRACE(side);
    const Layout& layout = Layout::of(side);
    int kept = 0;
    for (int index = 0; index < kIndicesMax; ++index) {
      if (!layout.keeps(index)) continue;
      ++kept;
      ASSERT_LT(index, layout.end);
      const int natural = reference::kNaturalOrder[static_cast<std::size_t>(index)];
      EXPECT_EQ(layout.offset[static_cast<std::size_t>(index)] / kGroup,
                natural / 8 * side + natural % 8);
    }
    EXPECT_EQ(kept, side * side);
    EXPECT_TRUE(layout.keeps(layout.end - 1));
  }
}

}  // namespace
}  // namespace tintype::image::jpeg
