#include "image/smart_cut.h"

#include <gtest/gtest.h>

#include <array>

namespace tintype::image {
namespace {

using Colour = std::array<std::uint8_t, 3>;
struct Box {
  int left;
  int top;
  int right;
  int bottom;
};

constexpr Colour kGrey = {128, 128, 128};
constexpr Colour kSkin = {224, 172, 140};
constexpr Colour kRed = {220, 30, 30};

void paint(Rgb& rgb, const Box& box, const Colour& colour) {
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x)
      std::copy(colour.begin(), colour.end(), rgb.row(y) + 3 * x);
}

Rgb grey(int width, int height) {
  Rgb rgb(width, height);
  paint(rgb, {0, 0, width, height}, kGrey);
  return rgb;
}

TEST(SmartCut, KeepsWhatDrawsTheEye) {
  const struct {
    const char* name;
    Box box;
    Colour colour;
    int left_min;
    int left_max;
  } cases[] = {
      // The picture is 200 x 100, the result 100 x 100, so left is 0 to 100.
      {"red on the left", {10, 40, 30, 60}, kRed, 0, 5},
      {"red on the right", {170, 40, 190, 60}, kRed, 95, 100},
      {"a face in the middle", {90, 30, 110, 60}, kSkin, 40, 60},
      {"a face at a third", {60, 30, 80, 60}, kSkin, 10, 30},
      {"white on grey", {150, 20, 165, 35}, {255, 255, 255}, 90, 100},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Rgb rgb = grey(200, 100);
    paint(rgb, c.box, c.colour);
    const Cut cut = smart_cut(rgb, {.resized = {200, 100}, .result = {100, 100}});
    EXPECT_EQ(cut.top, 0);
    EXPECT_GE(cut.left, c.left_min);
    EXPECT_LE(cut.left, c.left_max);
  }
}

TEST(SmartCut, ScalesToTheResult) {
  Rgb rgb = grey(100, 200);
  paint(rgb, {40, 20, 60, 40}, kRed);
  const Cut small = smart_cut(rgb, {.resized = {100, 200}, .result = {100, 80}});
  const Cut large = smart_cut(rgb, {.resized = {1000, 2000}, .result = {1000, 800}});
  EXPECT_EQ(large.left, 0);
  EXPECT_NEAR(large.top, small.top * 10, 10);
}

TEST(SmartCut, StaysInsideOfAnyPicture) {
  for (const int width : {1, 2, 31, 32, 33, 256})
    for (const int height : {1, 3, 32, 255}) {
      SCOPED_TRACE(std::to_string(width) + "x" + std::to_string(height));
      Rgb rgb = grey(width, height);
      paint(rgb, {width - 1, height - 1, width, height}, kRed);
      const Placement place = {.resized = {1000, 700}, .result = {300, 699}};
      const Cut cut = smart_cut(rgb, place);
      EXPECT_GE(cut.left, 0);
      EXPECT_LE(cut.left, 700);
      EXPECT_GE(cut.top, 0);
      EXPECT_LE(cut.top, 1);
    }
}

TEST(SmartCut, PrefersAFaceToAWall) {
  Rgb rgb = grey(200, 100);
  paint(rgb, {0, 0, 60, 100}, {170, 170, 165});
  paint(rgb, {140, 30, 165, 70}, kSkin);
  EXPECT_GE(smart_cut(rgb, {.resized = {200, 100}, .result = {100, 100}}).left, 80);
}

}  // namespace
}  // namespace tintype::image
