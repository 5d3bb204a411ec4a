#include "image/geometry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tintype::image {
namespace {

constexpr Size kPhoto = {4000, 3000};

TEST(Place, FollowsTheLawOfDimensions) {
  const struct {
    const char* name;
    Plan plan;
    Size source;
    Placement expected;
  } cases[] = {
      {"as the source", {}, kPhoto, {kPhoto, kPhoto}},
      {"by width", {.width = 400}, kPhoto, {{400, 300}, {400, 300}}},
      {"by height", {.height = 300}, kPhoto, {{400, 300}, {400, 300}}},
      {"cover, square", {.width = 512, .height = 512}, kPhoto, {{683, 512}, {512, 512}}},
      {"cover, upright", {.width = 100, .height = 400}, kPhoto, {{533, 400}, {100, 400}}},
      {"cover, same shape", {.width = 400, .height = 300}, kPhoto, {{400, 300}, {400, 300}}},
      {"contain",
       {.width = 512, .height = 512, .fit = Fit::contain},
       kPhoto,
       {{512, 384}, {512, 384}}},
      {"contain, thin",
       {.width = 512, .height = 512, .fit = Fit::contain},
       {10'000, 3},
       {{512, 1}, {512, 1}}},
      {"small source stays small", {.width = 512}, {100, 50}, {{100, 50}, {100, 50}}},
      {"small source grows", {.width = 512, .enlarge = true}, {100, 50}, {{512, 256}, {512, 256}}},
      {"small source gets the box's shape",
       {.width = 512, .height = 512},
       {300, 200},
       {{300, 200}, {200, 200}}},
      {"small on one side only",
       {.width = 512, .height = 512},
       {600, 200},
       {{600, 200}, {200, 200}}},
      {"small source covers when it may grow",
       {.width = 512, .height = 512, .enlarge = true},
       {300, 200},
       {{768, 512}, {512, 512}}},
      {"small source, contained",
       {.width = 512, .height = 512, .fit = Fit::contain},
       {300, 200},
       {{300, 200}, {300, 200}}},
      {"one pixel", {.width = 512, .height = 256}, {1, 1}, {{1, 1}, {1, 1}}},
      {"one pixel grows", {.width = 5, .height = 3, .enlarge = true}, {1, 1}, {{5, 5}, {5, 3}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto placement = place(c.plan, c.source, Limits{});
    ASSERT_TRUE(placement) << placement.error().message;
    EXPECT_EQ(placement->resized.width, c.expected.resized.width);
    EXPECT_EQ(placement->resized.height, c.expected.resized.height);
    EXPECT_EQ(placement->result.width, c.expected.result.width);
    EXPECT_EQ(placement->result.height, c.expected.result.height);
  }
}

TEST(Place, CoverFillsTheBoxWhateverTheShape) {
  for (int width = 1; width < 2000; width += 37)
    for (int height = 1; height < 2000; height += 41) {
      const Plan plan = {.width = 97, .height = 131};
      const auto placement = place(plan, {width, height}, Limits{});
      ASSERT_TRUE(placement);
      ASSERT_LE(placement->result.width, placement->resized.width);
      ASSERT_LE(placement->result.height, placement->resized.height);
      ASSERT_LE(placement->resized.width, std::max(width, plan.width));
      if (width >= plan.width && height >= plan.height) {
        ASSERT_EQ(placement->result, (Size{plan.width, plan.height}));
      }
    }
}

TEST(Place, KeepsLimitsFromBothSides) {
  const struct {
    const char* name;
    Plan plan;
    Size source;
    bool allowed;
  } cases[] = {
      {"side at the limit", {.width = kSideMax, .enlarge = true}, {100, 1}, true},
      {"side over the limit", {.width = kSideMax, .enlarge = true}, {1, 2}, false},
      {"source's size over the limit", {}, {kSideMax + 1, 1}, false},
      {"webp at its limit", {.format = Format::webp}, {16'383, 1}, true},
      {"webp over its limit", {.format = Format::webp}, {16'384, 1}, false},
      {"pixels at the limit", {}, {10'000, 10'000}, true},
      {"pixels over the limit", {}, {10'000, 10'001}, false},
      {"pixels before the crop",
       {.width = 512, .height = 512, .enlarge = true},
       {60'000, 1},
       false},
      {"no int overflow", {.height = kSideMax, .enlarge = true}, {65'535, 1}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto placement = place(c.plan, c.source, Limits{});
    EXPECT_EQ(placement.has_value(), c.allowed);
    if (!placement) EXPECT_EQ(placement.error().code, ErrorCode::too_large);
  }
}

}  // namespace
}  // namespace tintype::image
