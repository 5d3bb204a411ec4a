#include "image/codec/dct.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

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

TEST(ForwardDct, IsTheFormula) {
  const struct {
    const char* name;
    Plane plane;
  } cases[] = {
      {"noise", test::noise(16, 16)},
      {"cut in a block", test::noise(13, 11)},
      {"one sample", test::noise(1, 1)},
      {"black", test::flat(8, 8, 0)},
      {"a chessboard", test::make_plane(8, 8, [](int x, int y) { return (x + y) % 2 * 255; })},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (int row = 0; row * 8 < c.plane.height(); ++row)
      for (int column = 0; column * 8 < c.plane.width(); ++column) {
        Block block;
        forward_dct(c.plane, column, row, block);
        for (std::size_t i = 0; i < block.size(); ++i)
          EXPECT_NEAR(block[i], coefficient(c.plane, column, row, kZigzag[i] % 8, kZigzag[i] / 8),
                      2e-3);
      }
  }
}

TEST(Zigzag, VisitsEveryPlaceOnceByDiagonals) {
  std::array<int, 64> visits = {};
  for (const std::uint8_t place : kZigzag) ++visits[place];
  EXPECT_TRUE(std::all_of(visits.begin(), visits.end(), [](int each) { return each == 1; }));
  for (std::size_t i = 1; i < kZigzag.size(); ++i) {
    const auto diagonal = [](int place) { return place % 8 + place / 8; };
    EXPECT_LE(std::abs(diagonal(kZigzag[i]) - diagonal(kZigzag[i - 1])), 1);
    EXPECT_GE(diagonal(kZigzag[i]), diagonal(kZigzag[i - 1]));
  }
}

}  // namespace
}  // namespace tintype::image
