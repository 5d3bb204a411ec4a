#include "image/planes/turn.h"

#include <gtest/gtest.h>

#include <array>

#include "image/planes/resample.h"
#include "image/planes/test_planes.h"

namespace tintype::image {
namespace {

using test::distance;
using test::make_plane;
using test::noise;
using test::on_every_target;

Plane upright(const Plane& source, int orientation) {
  const Turn turn = turn_of(orientation);
  const double width = source.width();
  const double height = source.height();
  Stretch across{.begin = 0, .end = width, .count = source.width()};
  Stretch down{.begin = 0, .end = height, .count = source.height()};
  if (turn.mirror_x) std::swap(across.begin, across.end);
  if (turn.mirror_y) std::swap(down.begin, down.end);
  const Plane mirrored = resample(source, across, down);
  return turn.transpose ? transpose(mirrored) : resample(source, across, down);
}

TEST(TurnOf, PutsRowZeroAndColumnZeroWhereExifSays) {
  // EXIF 2.32, 4.6.4 A: where the 0th row and the 0th column of the stored picture are seen. The
  // letter F, seen upright, tells all eight apart; stored as the standard's drawing shows it.
  const auto letter = [](const std::array<const char*, 3>& rows) {
    int width = 0;
    while (rows[0][width] != 0) ++width;
    int height = 0;
    while (height < 3 && rows[static_cast<std::size_t>(height)] != nullptr) ++height;
    return make_plane(width, height,
                      [&](int x, int y) { return rows[static_cast<std::size_t>(y)][x]; });
  };
  const Plane seen = letter({"abc", "def"});
  const struct {
    const char* name;
    int orientation;
    std::array<const char*, 3> stored;
  } cases[] = {
      {"row 0 top, column 0 left", 1, {"abc", "def"}},
      {"row 0 top, column 0 right", 2, {"cba", "fed"}},
      {"row 0 bottom, column 0 right", 3, {"fed", "cba"}},
      {"row 0 bottom, column 0 left", 4, {"def", "abc"}},
      {"row 0 left, column 0 top", 5, {"ad", "be", "cf"}},
      {"row 0 right, column 0 top", 6, {"cf", "be", "ad"}},
      {"row 0 right, column 0 bottom", 7, {"fc", "eb", "da"}},
      {"row 0 left, column 0 bottom", 8, {"da", "eb", "fc"}},
      {"too small", 0, {"abc", "def"}},
      {"negative", -1, {"abc", "def"}},
      {"too large", 9, {"abc", "def"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(distance(upright(letter(c.stored), c.orientation), seen), 0);
  }
}

TEST(TurnOf, FlippedTwiceIsTheSame) {
  const Plane source = noise(37, 21);
  for (const int orientation : {1, 2, 3, 4, 5, 7}) {
    SCOPED_TRACE(orientation);
    EXPECT_EQ(distance(upright(upright(source, orientation), orientation), source), 0);
  }
}

TEST(TurnOf, RotatedFourTimesIsTheSame) {
  const Plane source = noise(37, 21);
  for (const int orientation : {6, 8}) {
    SCOPED_TRACE(orientation);
    Plane turned = upright(source, orientation);
    EXPECT_NE(distance(turned, source), 0);
    for (int i = 0; i < 3; ++i) turned = upright(turned, orientation);
    EXPECT_EQ(distance(turned, source), 0);
  }
  EXPECT_EQ(distance(upright(upright(source, 6), 8), source), 0);
}

TEST(Transpose, SwapsRowsForColumns) {
  for (const int width : {1, 2, 15, 16, 17, 33, 64, 100}) {
    for (const int height : {1, 7, 16, 31, 65}) {
      const Plane source = noise(width, height);
      const Plane expected =
          make_plane(height, width, [&](int x, int y) { return source.row(x)[y]; });
      on_every_target(
          [&] { EXPECT_EQ(distance(transpose(source), expected), 0) << width << 'x' << height; });
    }
  }
}

}  // namespace
}  // namespace tintype::image
