#include "image/codec/block_dct.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include <hwy/aligned_allocator.h>

#include "image/planes/test_planes.h"

namespace tintype::image {
namespace {

/// The formula of T.81, A.3.3, with samples repeated beyond the edges.
double coefficient(const Plane& plane, int column, int row, int u, int v) {
  double sum = 0;
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) {
      const int sample = plane.row(
          std::min(row * 8 + y, plane.height() - 1))[std::min(column * 8 + x, plane.width() - 1)];
      sum += (sample - 128) * std::cos((2 * x + 1) * u * std::numbers::pi / 16) *
             std::cos((2 * y + 1) * v * std::numbers::pi / 16);
    }
  const auto factor = [](int n) { return n == 0 ? std::numbers::sqrt2 / 2 : 1; };
  return sum * factor(u) * factor(v) / 4;
}

/// Another step for each place.
QuantTable some_steps() {
  QuantTable table;
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint16_t>(1 + 3 * i);
  return table;
}

const struct {
  const char* name;
  Plane plane;
} kCases[] = {
    {"noise", test::noise(72, 16)},
    {"cut in a block", test::noise(29, 11)},
    {"one sample", test::noise(1, 1)},
    {"black", test::flat(8, 8, 0)},
    {"white", test::flat(8, 8, 255)},
    {"a chessboard", test::make_plane(8, 8, [](int x, int y) { return (x + y) % 2 * 255; })},
    {"stripes", test::make_plane(16, 8, [](int x, int) { return (x + 1) / 2 % 2 * 255; })},
};

TEST(TransformRow, IsTheFormula) {
  const QuantTable steps = some_steps();
  const StepFactors factors = step_factors(steps);
  test::on_every_target([&] {
    for (const auto& c : kCases) {
      SCOPED_TRACE(c.name);
      const auto columns = static_cast<std::size_t>(blocks_of(c.plane.width()));
      const auto found = hwy::AllocateAligned<float>(columns * 64);
      for (int row = 0; row < blocks_of(c.plane.height()); ++row) {
        transform_row(c.plane, row, factors, found.get());
        for (std::size_t i = 0; i < columns * 64; ++i) {
          const std::size_t u = i % 64 / 8;
          const std::size_t v = i % 8;
          const double expected = coefficient(c.plane, static_cast<int>(i / 64), row,
                                              static_cast<int>(u), static_cast<int>(v)) /
                                  steps[v * 8 + u];
          ASSERT_NEAR(found[i], expected, 1e-3) << i;
        }
      }
    }
  });
}

TEST(QuantiseRow, RoundsAndMarksWhatIsNotZero) {
  for (const int step : {1, 5, 40, 255}) {
    SCOPED_TRACE(step);
    QuantTable steps;
    steps.fill(static_cast<std::uint16_t>(step));
    const StepFactors factors = step_factors(steps);
    test::on_every_target([&] {
      for (const auto& c : kCases) {
        SCOPED_TRACE(c.name);
        const auto columns = static_cast<std::size_t>(blocks_of(c.plane.width()));
        const auto exact = hwy::AllocateAligned<float>(columns * 64);
        std::vector<LevelBlock> found(columns);
        for (int row = 0; row < blocks_of(c.plane.height()); ++row) {
          transform_row(c.plane, row, factors, exact.get());
          quantise_row(c.plane, row, factors, found.data());
          for (std::size_t block = 0; block < columns; ++block)
            for (int n = 0; n < 64; ++n) {
              const int level = found[block].level(n);
              ASSERT_NEAR(level, exact[block * 64 + kPlaceOf[static_cast<std::size_t>(n)]], 0.501);
              ASSERT_EQ(found[block].mask >> n & 1, level != 0 ? 1U : 0U) << n;
              ASSERT_LE(std::abs(level), n == 0 ? 1024 : kAcLevelMax);
            }
        }
      }
    });
  }
}

TEST(ShowRow, IsTheWayBack) {
  QuantTable steps;
  steps.fill(1);
  const StepFactors factors = step_factors(steps);
  test::on_every_target([&] {
    for (const auto& c : kCases) {
      SCOPED_TRACE(c.name);
      Plane shown(c.plane.width(), c.plane.height());
      std::vector<LevelBlock> blocks(static_cast<std::size_t>(blocks_of(c.plane.width())));
      for (int row = 0; row < blocks_of(c.plane.height()); ++row) {
        quantise_row(c.plane, row, factors, blocks.data());
        show_row(blocks.data(), row, steps, shown);
      }
      EXPECT_LE(test::distance(shown, c.plane), 1);
    }
  });
}

TEST(ShowRow, KnowsEachStepsPlace) {
  const QuantTable steps = some_steps();
  for (std::size_t n = 0; n < 64; ++n) {
    SCOPED_TRACE(n);
    LevelBlock block = {};
    block.levels[kPlaceOf[n]] = 1;
    Plane shown(8, 8);
    show_row(&block, 0, steps, shown);
    for (std::size_t other = 0; other < 64; ++other) {
      const int u = kZigzag[other] % 8;
      const int v = kZigzag[other] / 8;
      const double expected = n == other ? steps[kZigzag[n]] : 0;
      // 64 samples are rounded.
      EXPECT_NEAR(coefficient(shown, 0, 0, u, v), expected, 4);
    }
  }
}

TEST(PlaceOf, IsTheZigzagTurned) {
  EXPECT_EQ(kPlaceOf[0], 0);
  EXPECT_EQ(kPlaceOf[1], 8);  // T.81, figure A.6: to the right, which is the next column.
  EXPECT_EQ(kPlaceOf[2], 1);
  EXPECT_EQ(kPlaceOf[63], 63);
  std::array<int, 64> visits = {};
  for (const std::uint8_t place : kPlaceOf) ++visits[place];
  for (const int count : visits) EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace tintype::image
