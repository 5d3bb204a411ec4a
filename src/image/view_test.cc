#include "image/view.h"

#include <gtest/gtest.h>

namespace tintype::image {
namespace {

struct Axis {
  double begin;
  double end;
  int count;
};

void expect_axis(const Stretch& actual, const Axis& expected) {
  EXPECT_DOUBLE_EQ(actual.begin, expected.begin);
  EXPECT_DOUBLE_EQ(actual.end, expected.end);
  EXPECT_EQ(actual.count, expected.count);
}

TEST(ViewOf, TurnsWhatIsSeenIntoColumnsAndRowsOfTheFile) {
  // Of a file of 400 x 200 (upright 400 x 200, or 200 x 400 from 5 on).
  const Placement wide = {{100, 50}, {40, 50}};
  const Placement tall = {{50, 100}, {50, 40}};
  const Placement whole = {{400, 200}, {400, 200}};
  const struct {
    const char* name;
    Placement place;
    Cut cut;
    int orientation;
    Axis columns;
    Axis rows;
    bool transpose;
  } cases[] = {
      {"all of it", whole, {}, 1, {0, 400, 400}, {0, 200, 200}, false},
      {"middle", wide, {30, 0}, 1, {120, 280, 40}, {0, 200, 50}, false},
      {"left", wide, {0, 0}, 1, {0, 160, 40}, {0, 200, 50}, false},
      {"left, mirrored", wide, {0, 0}, 2, {400, 240, 40}, {0, 200, 50}, false},
      {"left, upside down", wide, {0, 0}, 3, {400, 240, 40}, {200, 0, 50}, false},
      {"left, flipped", wide, {0, 0}, 4, {0, 160, 40}, {200, 0, 50}, false},
      // The upright top is the file's left or right.
      {"top, transposed", tall, {0, 10}, 5, {40, 200, 40}, {0, 200, 50}, true},
      {"top, turned right", tall, {0, 10}, 6, {40, 200, 40}, {200, 0, 50}, true},
      {"top, transverse", tall, {0, 10}, 7, {360, 200, 40}, {200, 0, 50}, true},
      {"top, turned left", tall, {0, 10}, 8, {360, 200, 40}, {0, 200, 50}, true},
      {"no orientation that there is", wide, {0, 0}, 9, {0, 160, 40}, {0, 200, 50}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const View view = view_of(c.place, c.cut, {400, 200}, c.orientation);
    expect_axis(view.columns, c.columns);
    expect_axis(view.rows, c.rows);
    EXPECT_EQ(view.transpose, c.transpose);
  }
}

TEST(ViewHalved, ReachesBehindAnOddEdge) {
  const struct {
    const char* name;
    Axis axis;
    Axis halved;
  } cases[] = {
      {"even", {0, 400, 100}, {0, 400, 50}},
      {"odd", {0, 300, 75}, {0, 304, 38}},
      {"odd and mirrored", {300, 0, 75}, {300, -4, 38}},
      {"one", {10, 14, 1}, {10, 18, 1}},
      {"a part", {100, 130, 15}, {100, 132, 8}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Stretch axis = {c.axis.begin, c.axis.end, c.axis.count};
    const View view = View{.columns = axis, .rows = axis, .transpose = true}.halved();
    expect_axis(view.columns, c.halved);
    expect_axis(view.rows, c.halved);
    EXPECT_TRUE(view.transpose);
  }
}

TEST(WindowOf, HoldsTheKernelAndStaysInThePicture) {
  const auto along = [](const Stretch& axis, int size, double sample_pixels) {
    const View view = {.columns = axis, .rows = axis};
    const Window window = window_of(view, {size, size}, sample_pixels);
    EXPECT_EQ(window.left, window.top);
    EXPECT_EQ(window.width, window.height);
    return std::pair(window.left, window.left + window.width);
  };
  EXPECT_EQ(along({0, 1000, 100}, 1000, 1), std::pair(0, 1000));
  EXPECT_EQ(along({1000, 0, 100}, 1000, 8), std::pair(0, 1000));
  // Three lobes of 4 pixels, and a sample; twice for chroma.
  EXPECT_EQ(along({400, 600, 50}, 1000, 1), std::pair(400 - 26, 600 + 26));
  EXPECT_EQ(along({600, 400, 50}, 1000, 1), std::pair(400 - 26, 600 + 26));
  EXPECT_EQ(along({0, 1, 1}, 1000, 1), std::pair(0, 1 + 8));
  EXPECT_EQ(along({999, 1000, 1}, 1000, 1), std::pair(999 - 8, 1000));
  EXPECT_EQ(along({0, 1, 1}, 1, 8), std::pair(0, 1));
}

TEST(Join, HoldsBoth) {
  const Window one = {10, 20, 30, 40};
  EXPECT_EQ(join(one, one), one);
  EXPECT_EQ(join(one, {15, 25, 5, 5}), one);
  EXPECT_EQ(join({15, 25, 5, 5}, one), one);
  EXPECT_EQ(join(one, {0, 100, 5, 1}), (Window{0, 20, 40, 81}));
}

TEST(CutCentre, CutsAsMuchOnEitherSide) {
  EXPECT_EQ(Cut::centre({{100, 50}, {40, 50}}).left, 30);
  EXPECT_EQ(Cut::centre({{100, 50}, {40, 50}}).top, 0);
  EXPECT_EQ(Cut::centre({{100, 51}, {41, 40}}).left, 29);
  EXPECT_EQ(Cut::centre({{100, 51}, {41, 40}}).top, 5);
}

}  // namespace
}  // namespace tintype::image
