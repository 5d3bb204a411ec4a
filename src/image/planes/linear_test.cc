#include "image/planes/linear.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

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

// The definition, in double precision: IEC 61966-2-1 for the curve, ITU-T H.273 for the matrix.

double light_of(double sample) {
  const double x = std::clamp(sample, 0.0, 1.0);
  return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}

double sample_of(double light) {
  const double x = std::clamp(light, 0.0, 1.0);
  return x <= 0.0031308 ? x * 12.92 : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
}

/// A channel between its samples, at a place of the whole source in pixels.
double value_at(const Channel& channel, double x, double y) {
  const auto around = [](double place, int size) {
    const int low = static_cast<int>(std::floor(place));
    return std::array{std::clamp(low, 0, size - 1), std::clamp(low + 1, 0, size - 1)};
  };
  const double column = x * channel.scale_x - channel.left - 0.5;
  const double row = y * channel.scale_y - channel.top - 0.5;
  const auto columns = around(column, channel.plane.width());
  const auto rows = around(row, channel.plane.height());
  const double across = column - std::floor(column);
  const auto blend = [&](int at) {
    const std::uint8_t* const samples = channel.plane.row(at);
    return samples[columns[0]] * (1 - across) + samples[columns[1]] * across;
  };
  const double down = row - std::floor(row);
  return blend(rows[0]) * (1 - down) + blend(rows[1]) * down;
}

struct Weights {
  double red;
  double blue;
};

Weights weights_of(Matrix matrix) {
  if (matrix == Matrix::bt709) return {.red = 0.2126, .blue = 0.0722};
  if (matrix == Matrix::bt2020) return {.red = 0.2627, .blue = 0.0593};
  return {.red = 0.299, .blue = 0.114};
}

std::array<double, 3> rgb_at(const Photo& photo, int column, int row) {
  const Channel& luma = photo.luma;
  const bool limited = photo.range == Range::limited;
  const double sample = luma.plane.row(row)[column];
  const double grey = limited ? (sample - 16) / 219 : sample / 255;
  if (photo.grey()) return {grey, grey, grey};
  const double x = (column + 0.5 + luma.left) / luma.scale_x;
  const double y = (row + 0.5 + luma.top) / luma.scale_y;
  const double chroma = limited ? 224 : 255;
  const double u = (value_at(photo.cb, x, y) - 128) / chroma;
  const double v = (value_at(photo.cr, x, y) - 128) / chroma;
  const auto [red, blue] = weights_of(photo.matrix);
  const double r = grey + 2 * (1 - red) * v;
  const double b = grey + 2 * (1 - blue) * u;
  return {r, (grey - red * r - blue * b) / (1 - red - blue), b};
}

struct Reference {
  Rows luma;
  Rows cb;
  Rows cr;
};

Rows halved_rows(const Rows& source) {
  Rows target;
  for (std::size_t y = 0; y < source.size(); y += 2) {
    const auto& upper = source[y];
    const auto& lower = source[std::min(y + 1, source.size() - 1)];
    target.emplace_back();
    for (std::size_t x = 0; x < upper.size(); x += 2) {
      const std::size_t right = std::min(x + 1, upper.size() - 1);
      target.back().push_back((upper[x] + upper[right] + lower[x] + lower[right]) / 4);
    }
  }
  return target;
}

Reference reference(const Photo& photo, Stretch horizontal, Stretch vertical, bool subsampled) {
  const Channel& luma = photo.luma;
  horizontal.begin = horizontal.begin * luma.scale_x - luma.left;
  horizontal.end = horizontal.end * luma.scale_x - luma.left;
  vertical.begin = vertical.begin * luma.scale_y - luma.top;
  vertical.end = vertical.end * luma.scale_y - luma.top;
  std::array<Rows, 3> light;
  for (std::size_t c = 0; c < 3; ++c) {
    Rows rows;
    for (int y = 0; y < luma.plane.height(); ++y) {
      rows.emplace_back();
      for (int x = 0; x < luma.plane.width(); ++x)
        rows.back().push_back(light_of(rgb_at(photo, x, y)[c]));
    }
    light[c] = stretched(rows, horizontal, vertical);
  }
  Reference result{light[0], light[0], light[0]};
  for (std::size_t y = 0; y < light[0].size(); ++y) {
    for (std::size_t x = 0; x < light[0][y].size(); ++x) {
      const double red = 255 * sample_of(light[0][y][x]);
      const double green = 255 * sample_of(light[1][y][x]);
      const double blue = 255 * sample_of(light[2][y][x]);
      const double grey = 0.299 * red + 0.587 * green + 0.114 * blue;
      result.luma[y][x] = grey;
      result.cb[y][x] = (blue - grey) / 1.772 + 128;
      result.cr[y][x] = (red - grey) / 1.402 + 128;
    }
  }
  if (subsampled) {
    result.cb = halved_rows(result.cb);
    result.cr = halved_rows(result.cr);
  }
  return result;
}

double most_off(const Plane& actual, const Rows& expected) {
  if (actual.height() != static_cast<int>(expected.size())) return 256;
  double most = 0;
  for (int y = 0; y < actual.height(); ++y) {
    const auto& row = expected[static_cast<std::size_t>(y)];
    if (actual.width() != static_cast<int>(row.size())) return 256;
    for (int x = 0; x < actual.width(); ++x) {
      const double wanted = std::clamp(row[static_cast<std::size_t>(x)], 0.0, 255.0);
      most = std::max(most, std::abs(actual.row(y)[x] - wanted));
    }
  }
  return most;
}

/// Colours as photographs have them: any, but little of what no RGB can show.
Plane soft_noise(int width, int height, std::uint32_t seed) {
  const Plane hard = noise(width, height, seed);
  return make_plane(width, height, [&](int x, int y) { return 88 + hard.row(y)[x] * 5 / 16; });
}

/// Chroma has one sample for `across` x `down` pixels.
Photo noisy_photo(Size size, int across, int down) {
  Photo photo;
  photo.size = size;
  photo.luma.plane = noise(size.width, size.height, 1);
  const int width = (size.width + across - 1) / across;
  const int height = (size.height + down - 1) / down;
  photo.cb.plane = soft_noise(width, height, 2);
  photo.cr.plane = soft_noise(width, height, 3);
  photo.cb.scale_x = photo.cr.scale_x = 1.0 / across;
  photo.cb.scale_y = photo.cr.scale_y = 1.0 / down;
  return photo;
}

Photo grey_photo(Plane luma) {
  Photo photo;
  photo.size = {.width = luma.width(), .height = luma.height()};
  photo.luma.plane = std::move(luma);
  return photo;
}

void expect_reference(const Photo& photo, const Stretch& horizontal, const Stretch& vertical,
                      bool subsampled) {
  const Reference expected = reference(photo, horizontal, vertical, subsampled);
  on_every_target([&] {
    const Planes actual = shrink_linear(photo, horizontal, vertical, subsampled);
    EXPECT_LT(most_off(actual.luma, expected.luma), 0.6);  // Rounding is half a step of it.
    if (photo.grey()) {
      EXPECT_TRUE(actual.grey());
      return;
    }
    EXPECT_LT(most_off(actual.cb, expected.cb), 0.6);
    EXPECT_LT(most_off(actual.cr, expected.cr), 0.6);
  });
}

TEST(ShrinkLinear, IsWhatTheDefinitionSays) {
  const struct {
    const char* name;
    Size size;
    int across;
    int down;
    Stretch horizontal;
    Stretch vertical;
    bool subsampled;
  } cases[] = {
      {"4:2:0", {167, 131}, 2, 2, {0, 167, 61}, {0, 131, 47}, true},
      {"4:2:0 to 4:4:4", {167, 131}, 2, 2, {0, 167, 61}, {0, 131, 47}, false},
      {"4:4:4", {120, 90}, 1, 1, {0, 120, 37}, {0, 90, 30}, true},
      {"4:2:2", {121, 90}, 2, 1, {0, 121, 40}, {0, 90, 31}, true},
      {"4:4:0", {120, 91}, 1, 2, {0, 120, 40}, {0, 91, 31}, true},
      {"4:1:1", {123, 40}, 4, 1, {0, 123, 40}, {0, 40, 31}, true},
      {"4:1:0", {123, 43}, 4, 4, {0, 123, 40}, {0, 43, 31}, false},
      {"one in three", {100, 100}, 3, 3, {0, 100, 30}, {0, 100, 30}, true},
      {"a window", {300, 200}, 2, 2, {131, 217, 50}, {41, 160, 50}, true},
      {"a window with fractions", {300, 200}, 2, 2, {90.25, 210.7, 33}, {40.5, 161.1, 21}, true},
      {"mirrored", {150, 90}, 2, 2, {150, 0, 61}, {90, 0, 47}, true},
      {"a mirrored window", {150, 90}, 2, 2, {140.5, 3, 60}, {80, 10.25, 31}, false},
      {"enlarged", {30, 20}, 2, 2, {0, 30, 90}, {0, 20, 61}, true},
      {"enlarged, mirrored", {30, 20}, 2, 2, {30, 0, 90}, {20, 0, 60}, true},
      {"not resized", {50, 40}, 2, 2, {0, 50, 50}, {0, 40, 40}, true},
      {"to one pixel", {65, 63}, 2, 2, {0, 65, 1}, {0, 63, 1}, true},
      {"from one pixel", {1, 1}, 2, 2, {0, 1, 5}, {0, 1, 4}, true},
      {"to one column", {65, 63}, 2, 2, {0, 65, 1}, {0, 63, 20}, true},
      {"much", {1500, 20}, 2, 2, {0, 1500, 3}, {0, 20, 2}, true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    expect_reference(noisy_photo(c.size, c.across, c.down), c.horizontal, c.vertical, c.subsampled);
  }
}

TEST(ShrinkLinear, KnowsWhereAPartOfTheSourceLies) {
  const struct {
    const char* name;
    double luma_left;
    double luma_top;
    double chroma_left;
    double chroma_top;
  } cases[] = {
      {"even", 16, 8, 8, 4},
      {"luma from an odd column", 17, 9, 8, 4},
      {"chroma from one further left", 16, 8, 7, 3},
      {"chroma from one further right", 16, 8, 9, 5},
      {"fractions", 16.5, 8.25, 8.25, 4.125},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Photo photo = noisy_photo({.width = 150, .height = 100}, 2, 2);
    photo.size = {.width = 400, .height = 300};
    photo.luma.left = c.luma_left;
    photo.luma.top = c.luma_top;
    photo.cb.left = photo.cr.left = c.chroma_left;
    photo.cb.top = photo.cr.top = c.chroma_top;
    expect_reference(photo, {30, 130, 40}, {20, 90, 35}, true);
  }
}

TEST(ShrinkLinear, TakesChannelsOfOtherScales) {
  // Decoded at half the size; and chroma at that size too, which is 4:4:4 for us.
  Photo photo = noisy_photo({.width = 150, .height = 100}, 2, 2);
  photo.size = {.width = 300, .height = 200};
  photo.luma.scale_x = photo.luma.scale_y = 0.5;
  for (Channel* chroma : {&photo.cb, &photo.cr}) chroma->scale_x = chroma->scale_y = 0.25;
  expect_reference(photo, {20, 290, 50}, {0, 200, 45}, true);

  Photo same = noisy_photo({.width = 150, .height = 100}, 1, 1);
  same.size = {.width = 300, .height = 200};
  for (Channel* channel : {&same.luma, &same.cb, &same.cr})
    channel->scale_x = channel->scale_y = 0.5;
  same.cb.left = same.cr.left = -0.5;
  expect_reference(same, {20, 290, 50}, {0, 200, 45}, true);
}

TEST(ShrinkLinear, KnowsMatricesAndRanges) {
  for (const Matrix matrix : {Matrix::bt601, Matrix::bt709, Matrix::bt2020}) {
    for (const Range range : {Range::full, Range::limited}) {
      SCOPED_TRACE(static_cast<int>(matrix) * 2 + static_cast<int>(range));
      Photo photo = noisy_photo({.width = 90, .height = 70}, 2, 2);
      photo.matrix = matrix;
      photo.range = range;
      expect_reference(photo, {0, 90, 40}, {0, 70, 31}, true);
    }
  }
}

TEST(ShrinkLinear, TakesGreyPhotographs) {
  expect_reference(grey_photo(noise(167, 131)), {0, 167, 61}, {131, 0, 47}, true);
  Photo limited = grey_photo(noise(90, 70));
  limited.range = Range::limited;
  expect_reference(limited, {0, 90, 40}, {0, 70, 31}, true);
}

TEST(ShrinkLinear, KeepsAFlatColour) {
  on_every_target([] {
    for (int luma = 0; luma < 256; ++luma) {
      const Planes grey =
          shrink_linear(grey_photo(flat(40, 30, luma)), {0, 40, 17}, {0, 30, 7}, true);
      EXPECT_EQ(distance(grey.luma, flat(17, 7, luma)), 0) << luma;
    }
    for (const auto& [luma, cb, cr] : {std::array{60, 128, 128}, std::array{76, 85, 200},
                                       std::array{150, 100, 110}, std::array{29, 140, 125}}) {
      Photo photo = noisy_photo({.width = 40, .height = 30}, 2, 2);
      photo.luma.plane = flat(40, 30, luma);
      photo.cb.plane = flat(20, 15, cb);
      photo.cr.plane = flat(20, 15, cr);
      const Planes actual = shrink_linear(photo, {0, 40, 17}, {0, 30, 7}, true);
      EXPECT_EQ(distance(actual.luma, flat(17, 7, luma)), 0) << luma;
      EXPECT_EQ(distance(actual.cb, flat(9, 4, cb)), 0) << luma;
      EXPECT_EQ(distance(actual.cr, flat(9, 4, cr)), 0) << luma;
    }
  });
}

TEST(ShrinkLinear, MakesAFineCheckerboardAsBrightAsItLooks) {
  // Half of the light is sample 188, not 128.
  on_every_target([] {
    const Photo board =
        grey_photo(make_plane(256, 256, [](int x, int y) { return (x + y) % 2 == 0 ? 255 : 0; }));
    const Planes actual = shrink_linear(board, {0, 256, 32}, {0, 256, 32}, true);
    for (int y = 2; y < 30; ++y)
      for (int x = 2; x < 30; ++x) EXPECT_EQ(actual.luma.row(y)[x], 188);
  });
}

}  // namespace
}  // namespace tintype::image
