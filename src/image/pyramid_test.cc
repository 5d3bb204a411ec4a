#include "image/pyramid.h"

#include <gtest/gtest.h>

#include <cmath>

#include "image/planes/test_planes.h"

namespace tintype::image {
namespace {

Channel channel(int width, int height, double scale) {
  Channel made;
  made.plane = test::noise(width, height);
  made.scale_x = scale;
  made.scale_y = scale;
  return made;
}

TEST(Pyramid, HasTwoSamplesOrMoreForEachOfTheResult) {
  // 800 x 400 pixels.
  const struct {
    const char* name;
    double scale;
    Stretch columns;
    Stretch rows;
    double width;  ///< Of the level, as if no column were padded.
  } cases[] = {
      {"as large", 1, {0, 800, 800}, {0, 400, 400}, 800},
      {"larger", 1, {0, 800, 1600}, {0, 400, 800}, 800},
      {"half", 1, {0, 800, 400}, {0, 400, 200}, 800},
      {"just above a quarter", 1, {0, 800, 201}, {0, 400, 101}, 800},
      {"a quarter", 1, {0, 800, 200}, {0, 400, 100}, 400},
      {"an eighth", 1, {0, 800, 100}, {0, 400, 50}, 200},
      {"an eighth, mirrored", 1, {800, 0, 100}, {400, 0, 50}, 200},
      {"an eighth of a part", 1, {80, 160, 10}, {0, 80, 10}, 200},
      {"an eighth in one direction only", 1, {0, 800, 100}, {0, 400, 400}, 800},
      {"an eighth, of half the samples", 0.5, {0, 800, 100}, {0, 400, 50}, 200},
      {"one pixel", 1, {0, 800, 1}, {0, 400, 1}, 6.25},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Channel decoded =
        channel(static_cast<int>(800 * c.scale), static_cast<int>(400 * c.scale), c.scale);
    Pyramid pyramid(decoded);
    const Channel& level = pyramid.level_for(c.columns, c.rows);
    EXPECT_EQ(level.plane.width(), std::ceil(c.width));
    EXPECT_DOUBLE_EQ(level.scale_x * 800, c.width);
    EXPECT_DOUBLE_EQ(level.scale_y * 800, c.width);
  }
}

TEST(Pyramid, KeepsPlacesAndWhatItMade) {
  Channel decoded = channel(33, 21, 0.5);
  decoded.left = 10;
  decoded.top = 6;
  Pyramid pyramid(decoded);
  const Channel& half = pyramid.level_for({20, 84, 8}, {12, 52, 5});
  EXPECT_EQ(half.plane.width(), 17);
  EXPECT_EQ(half.plane.height(), 11);
  EXPECT_DOUBLE_EQ(half.scale_x, 0.25);
  EXPECT_DOUBLE_EQ(half.left, 5);
  EXPECT_DOUBLE_EQ(half.top, 3);
  // The same pixel of the file as before: 20 + 0 / 0.5.
  EXPECT_DOUBLE_EQ((half.left + 0) / half.scale_x, (decoded.left + 0) / decoded.scale_x);
  const std::uint8_t* samples = half.plane.row(0);
  EXPECT_EQ(pyramid.level_for({20, 84, 8}, {12, 52, 5}).plane.row(0), samples);
  EXPECT_EQ(&pyramid.level_for({20, 84, 64}, {12, 52, 40}), &decoded);
}

}  // namespace
}  // namespace tintype::image
