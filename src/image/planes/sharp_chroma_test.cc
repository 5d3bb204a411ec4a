#include "image/planes/sharp_chroma.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "image/planes/test_planes.h"

namespace tintype::image {
namespace {

/// IEC 61966-2-1, of samples from 0 to 1.
double light(double sample) {
  const double x = std::clamp(sample, 0.0, 1.0);
  return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
}

double slope(double sample) {
  const double x = std::clamp(sample, 0.0, 1.0);
  return x <= 0.04045 ? 1 / 12.92 : 2.4 / 1.055 * std::pow((x + 0.055) / 1.055, 1.4);
}

double slope_inside(double sample) { return sample > 0 && sample < 1 ? slope(sample) : 0; }

int at(const Plane& plane, int x, int y) {
  return plane.row(std::clamp(y, 0, plane.height() - 1))[std::clamp(x, 0, plane.width() - 1)];
}

/// What decoders show of chroma of half the size, from -0.5 to 0.5.
double shown(const Plane& half, int x, int y) {
  const int near_x = x / 2;
  const int near_y = y / 2;
  const int far_x = x % 2 == 0 ? near_x - 1 : near_x + 1;
  const int far_y = y % 2 == 0 ? near_y - 1 : near_y + 1;
  const double sum = 9 * at(half, near_x, near_y) + 3 * at(half, far_x, near_y) +
                     3 * at(half, near_x, far_y) + at(half, far_x, far_y);
  return (sum / 16 - 128) / 255;
}

struct Colour {
  double red;
  double green;
  double blue;
};

Colour colour(double y, double cb, double cr) {
  return {y + 1.402 * cr, y - 0.344136286 * cb - 0.714136286 * cr, y + 1.772 * cb};
}

Colour wanted(const Planes& full, int x, int y) {
  return colour(at(full.luma, x, y) / 255.0, (at(full.cb, x, y) - 128) / 255.0,
                (at(full.cr, x, y) - 128) / 255.0);
}

double luminance(const Colour& c) {
  return 0.265 * light(c.red) + 0.657 * light(c.green) + 0.078 * light(c.blue);
}

Plane means_of(const Plane& plane) {
  return test::make_plane(halved(plane.width()), halved(plane.height()), [&](int x, int y) {
    const int sum = at(plane, 2 * x, 2 * y) + at(plane, 2 * x + 1, 2 * y) +
                    at(plane, 2 * x, 2 * y + 1) + at(plane, 2 * x + 1, 2 * y + 1);
    return static_cast<int>(std::nearbyint(sum / 4.0));
  });
}

/// The definition of halve_chroma(), for one channel, whose colour is luma plus `factor` times it.
Plane halve_by_definition(const Planes& full, const Plane& chroma, double factor) {
  const Plane means = means_of(chroma);
  return test::make_plane(means.width(), means.height(), [&](int x, int y) {
    double missing = 0;
    double growth = 0;
    for (int row = 2 * y; row < std::min(2 * y + 2, full.height()); ++row)
      for (const int column : {2 * x, std::min(2 * x + 1, full.width() - 1)}) {
        const double luma = at(full.luma, column, row) / 255.0;
        const double sample = luma + factor * shown(means, column, row);
        missing += light(luma + factor * (at(chroma, column, row) - 128) / 255.0) - light(sample);
        growth += slope(sample);
      }
    const double step = std::clamp(0.8 * 255 / factor * missing / growth, -16.0, 16.0);
    return static_cast<int>(std::clamp(std::nearbyint(at(means, x, y) + step), 0.0, 255.0));
  });
}

Plane fit_by_definition(const Planes& full, const ChromaPair& pair) {
  return test::make_plane(full.width(), full.height(), [&](int x, int y) {
    const double luma = at(full.luma, x, y) / 255.0;
    const Colour found = colour(luma, shown(pair.cb, x, y), shown(pair.cr, x, y));
    const double growth = 0.265 * slope_inside(found.red) + 0.657 * slope_inside(found.green) +
                          0.078 * slope_inside(found.blue);
    const double missing = luminance(wanted(full, x, y)) - luminance(found);
    const double step = std::clamp(missing / std::max(growth, 0.05), -8 / 255.0, 8 / 255.0);
    return static_cast<int>(std::clamp(std::nearbyint((luma + step) * 255), 0.0, 255.0));
  });
}

/// The colours of all cases lie within RGB: `noise` is of all corners, `edges` of saturated areas.
Planes make_full(int width, int height, int kind) {
  const auto rgb = [=](int x, int y) -> Colour {
    if (kind == 0) {  // Areas of pure colours.
      const int area = x / 5 + y / 7;
      return {area % 3 == 0 ? 1.0 : 0.1, area % 2 == 0 ? 0.9 : 0.0, area % 5 < 2 ? 1.0 : 0.05};
    }
    const double phase = x * 0.35 + y * 0.21;
    return {0.5 + 0.45 * std::sin(phase), 0.5 + 0.3 * std::cos(1.7 * phase),
            0.5 + 0.48 * std::sin(0.6 * phase + 2)};
  };
  const auto plane = [&](auto sample) {
    return test::make_plane(width, height, [&](int x, int y) {
      const Colour c = rgb(x, y);
      const double luma = 0.299 * c.red + 0.587 * c.green + 0.114 * c.blue;
      return static_cast<int>(std::clamp(std::round(255 * sample(c, luma)), 0.0, 255.0));
    });
  };
  Planes planes;
  planes.luma = plane([](const Colour&, double luma) { return luma; });
  planes.cb =
      plane([](const Colour& c, double luma) { return (c.blue - luma) / 1.772 + 128 / 255.0; });
  planes.cr =
      plane([](const Colour& c, double luma) { return (c.red - luma) / 1.402 + 128 / 255.0; });
  return planes;
}

TEST(SharpChroma, IsWhatItsDefinitionSays) {
  const std::pair<int, int> sizes[] = {{1, 1}, {2, 2}, {3, 5}, {16, 16}, {67, 33}, {128, 9}};
  test::on_every_target([&] {
    for (const auto& [width, height] : sizes)
      for (const int kind : {0, 1}) {
        SCOPED_TRACE(testing::Message() << width << 'x' << height << " kind " << kind);
        const Planes full = make_full(width, height, kind);
        const ChromaPair pair = halve_chroma(full);
        EXPECT_LE(test::distance(pair.cb, halve_by_definition(full, full.cb, 1.772)), 1);
        EXPECT_LE(test::distance(pair.cr, halve_by_definition(full, full.cr, 1.402)), 1);
        EXPECT_LE(test::distance(fit_luma(full, pair), fit_by_definition(full, pair)), 1);
      }
  });
}

TEST(SharpChroma, LeavesFlatAndGreyPicturesAlone) {
  for (const auto& [luma, cb, cr] :
       {std::tuple(0, 128, 128), {255, 128, 128}, {76, 84, 255}, {29, 255, 107}, {150, 60, 90}}) {
    SCOPED_TRACE(luma);
    const Planes flat{test::flat(21, 13, luma), test::flat(21, 13, cb), test::flat(21, 13, cr)};
    const ChromaPair pair = halve_chroma(flat);
    EXPECT_EQ(test::distance(pair.cb, test::flat(11, 7, cb)), 0);
    EXPECT_EQ(test::distance(pair.cr, test::flat(11, 7, cr)), 0);
    EXPECT_EQ(test::distance(fit_luma(flat, pair), flat.luma), 0);
  }
  const Planes grey{test::noise(33, 17), test::flat(33, 17, 128), test::flat(33, 17, 128)};
  const ChromaPair pair = halve_chroma(grey);
  EXPECT_EQ(test::distance(pair.cb, test::flat(17, 9, 128)), 0);
  EXPECT_EQ(test::distance(fit_luma(grey, pair), grey.luma), 0);
}

/// Of all pixels' luminance, what is wrong by squares; and of the mean of blue light.
std::pair<double, double> errors(const Planes& full, const Plane& luma, const ChromaPair& pair) {
  double squares = 0;
  double blue = 0;
  for (int y = 0; y < full.height(); ++y)
    for (int x = 0; x < full.width(); ++x) {
      const Colour found =
          colour(at(luma, x, y) / 255.0, shown(pair.cb, x, y), shown(pair.cr, x, y));
      const double wrong = luminance(found) - luminance(wanted(full, x, y));
      squares += wrong * wrong;
      blue += light(found.blue) - light(wanted(full, x, y).blue);
    }
  return {squares, std::abs(blue)};
}

TEST(SharpChroma, ShowsLightThatMeansLose) {
  for (const int kind : {0, 1}) {
    SCOPED_TRACE(kind);
    const Planes full = make_full(96, 96, kind);
    const ChromaPair means{means_of(full.cb), means_of(full.cr)};
    const ChromaPair pair = halve_chroma(full);
    const auto [squares_before, blue_before] = errors(full, full.luma, means);
    const auto [squares, blue] = errors(full, fit_luma(full, pair), pair);
    EXPECT_LT(squares, squares_before * 3 / 4);
    EXPECT_LT(blue, blue_before * 3 / 4);
  }
}

}  // namespace
}  // namespace tintype::image
