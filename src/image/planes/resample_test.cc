#include "image/planes/resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "image/planes/test_lanczos.h"
#include "image/planes/test_planes.h"

namespace tintype::image {
namespace {

using test::distance;
using test::flat;
using test::make_plane;
using test::noise;
using test::on_every_target;
using test::Rows;
using test::stretched;

Rows reference(const Plane& source, const Stretch& horizontal, const Stretch& vertical) {
  Rows rows;
  for (int y = 0; y < source.height(); ++y)
    rows.emplace_back(source.row(y), source.row(y) + source.width());
  return stretched(rows, horizontal, vertical);
}

struct Difference {
  double most = 0;
  double mean = 0;  // Signed: a bias shows, a rounding does not.
};

Difference difference(const Plane& actual, const Rows& expected, Tone tone = {}) {
  Difference result;
  for (int y = 0; y < actual.height(); ++y) {
    for (int x = 0; x < actual.width(); ++x) {
      const double exact = expected[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
      const double wanted = std::clamp(exact * tone.gain + tone.offset, 0.0, 255.0);
      const double off = actual.row(y)[x] - wanted;
      result.most = std::max(result.most, std::abs(off));
      result.mean += off / actual.width() / actual.height();
    }
  }
  return result;
}

TEST(Resample, IsWhatTheDefinitionSays) {
  const struct {
    const char* name;
    int width;
    int height;
    Stretch horizontal;
    Stretch vertical;
  } cases[] = {
      {"shrinks by an odd ratio", 167, 131, {0, 167, 61}, {0, 131, 47}},
      {"shrinks by two", 128, 96, {0, 128, 64}, {0, 96, 48}},
      {"shrinks a little", 100, 100, {0, 100, 97}, {0, 100, 99}},
      {"shrinks much", 640, 480, {0, 640, 7}, {0, 480, 5}},
      {"enlarges", 31, 17, {0, 31, 100}, {0, 17, 64}},
      {"enlarges one way, shrinks the other", 30, 90, {0, 30, 70}, {0, 90, 11}},
      {"columns only", 99, 20, {0, 99, 40}, {0, 20, 20}},
      {"rows only", 20, 99, {0, 20, 20}, {0, 99, 40}},
      {"a window in the middle", 300, 200, {90, 210, 50}, {40, 160, 50}},
      {"a window with fractions", 300, 200, {90.25, 210.7, 33}, {40.5, 161.125, 21}},
      {"a window that is not resized", 90, 80, {70, 85, 15}, {3, 50, 47}},
      {"a window over the edges", 50, 50, {-0.5, 50.5, 20}, {-1, 49.25, 20}},
      {"mirrored", 120, 90, {120, 0, 50}, {90, 0, 40}},
      {"mirrored, not resized", 33, 21, {33, 0, 33}, {21, 0, 21}},
      {"a mirrored window", 120, 90, {100.5, 20, 30}, {80, 10.25, 31}},
      {"one sample", 1, 1, {0, 1, 1}, {0, 1, 1}},
      {"one sample enlarged", 1, 1, {0, 1, 9}, {0, 1, 7}},
      {"one column", 1, 64, {0, 1, 1}, {0, 64, 9}},
      {"one row", 64, 1, {0, 64, 9}, {0, 1, 1}},
      {"to one sample", 65, 63, {0, 65, 1}, {0, 63, 1}},
      {"20000 columns to one", 20000, 2, {0, 20000, 1}, {0, 2, 2}},
      {"20000 rows to one", 2, 20000, {0, 2, 2}, {0, 20000, 1}},
      {"one to 500", 1, 2, {0, 1, 500}, {0, 2, 500}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Plane source = noise(c.width, c.height);
    const Rows expected = reference(source, c.horizontal, c.vertical);
    on_every_target([&] {
      const Plane actual = resample(source, c.horizontal, c.vertical);
      ASSERT_EQ(actual.width(), c.horizontal.count);
      ASSERT_EQ(actual.height(), c.vertical.count);
      const Difference off = difference(actual, expected);
      EXPECT_LT(off.most, 0.65);  // Half of it is rounding to whole numbers.
      if (actual.width() * actual.height() > 1000) {
        EXPECT_LT(std::abs(off.mean), 0.03);
      }
    });
  }
}

TEST(Resample, IsExactWhereNeighboursAlternate) {
  // Weights that are rounded alike would add up on such a picture.
  const Plane source =
      make_plane(1200, 900, [](int x, int y) { return (x + y) % 2 == 0 ? 255 : 0; });
  const Rows expected = reference(source, {0, 1200, 9}, {0, 900, 7});
  on_every_target([&] {
    EXPECT_LT(difference(resample(source, {0, 1200, 9}, {0, 900, 7}), expected).most, 0.65);
  });
}

TEST(Resample, KeepsAFlatColour) {
  on_every_target([] {
    for (const int value : {0, 1, 16, 127, 128, 254, 255}) {
      for (const int count : {1, 2, 7, 99, 100, 101, 250}) {
        const Stretch stretch{.begin = 0, .end = 100, .count = count};
        EXPECT_EQ(
            distance(resample(flat(100, 100, value), stretch, stretch), flat(count, count, value)),
            0)
            << value << ' ' << count;
      }
    }
  });
}

TEST(Resample, KeepsARampStraight) {
  on_every_target([] {
    for (const int count : {40, 64, 100, 240, 500}) {
      const Plane ramp = make_plane(240, 4, [](int x, int) { return x; });
      const Plane actual = resample(ramp, {0, 240, count}, {0, 4, 3});
      const double ratio = 240.0 / count;
      const int margin = static_cast<int>(3 * std::max(1.0, 1 / ratio)) + 1;
      for (int x = margin; x < count - margin; ++x) {
        EXPECT_GE(actual.row(1)[x], actual.row(1)[x - 1]) << x;
        // Where sample x is in the source, to half a pixel and less: no shift.
        EXPECT_NEAR(actual.row(1)[x], (x + 0.5) * ratio - 0.5, 0.7) << x << " of " << count;
      }
    }
  });
}

TEST(Resample, MirroredIsTheMirrorOfWhatItWouldBe) {
  on_every_target([] {
    const Plane source = noise(157, 83);
    const Plane straight = resample(source, {11.5, 140, 61}, {3, 80.25, 37});
    const Plane mirrored = resample(source, {140, 11.5, 61}, {80.25, 3, 37});
    EXPECT_EQ(
        distance(mirrored,
                 make_plane(61, 37, [&](int x, int y) { return straight.row(36 - y)[60 - x]; })),
        0);
  });
}

TEST(Resample, MirroredTwiceIsTheSame) {
  on_every_target([] {
    const Plane source = noise(75, 50);
    const Plane once = resample(source, {75, 0, 75}, {50, 0, 50});
    EXPECT_EQ(distance(resample(once, {75, 0, 75}, {50, 0, 50}), source), 0);
  });
}

TEST(Resample, CopiesWhatDoesNotChange) {
  const Plane source = noise(70, 30);
  EXPECT_EQ(distance(resample(source, {0, 70, 70}, {0, 30, 30}), source), 0);
}

TEST(Resample, AppliesATone) {
  const Tone to_limited{.gain = 219.0 / 255, .offset = 16};
  const Tone to_full{.gain = 255.0 / 219, .offset = -16 * 255.0 / 219};
  const struct {
    const char* name;
    Stretch horizontal;
    Stretch vertical;
    Tone tone;
  } cases[] = {
      {"with nothing else", {0, 80, 80}, {0, 60, 60}, to_limited},
      {"with rows", {0, 80, 80}, {0, 60, 41}, to_limited},
      {"with columns", {0, 80, 33}, {0, 60, 60}, to_full},
      {"with both, clipped", {0, 80, 33}, {0, 60, 41}, to_full},
  };
  const Plane source = noise(80, 60);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Rows expected = reference(source, c.horizontal, c.vertical);
    on_every_target([&] {
      const Plane actual = resample(source, c.horizontal, c.vertical, c.tone);
      EXPECT_LT(difference(actual, expected, c.tone).most, 0.65);
    });
  }
}

TEST(Halve, IsTheMeanOfFour) {
  for (const int width : {1, 2, 3, 31, 64, 65, 127, 258, 301}) {
    for (const int height : {1, 2, 3, 8}) {
      const Plane source = noise(width, height);
      const Plane expected = make_plane(halved(width), halved(height), [&](int x, int y) {
        const int right = std::min(2 * x + 1, width - 1);
        const int below = std::min(2 * y + 1, height - 1);
        return (source.row(2 * y)[2 * x] + source.row(2 * y)[right] + source.row(below)[2 * x] +
                source.row(below)[right] + 2) /
               4;
      });
      on_every_target(
          [&] { EXPECT_EQ(distance(halve(source), expected), 0) << width << 'x' << height; });
    }
  }
}

}  // namespace
}  // namespace tintype::image
