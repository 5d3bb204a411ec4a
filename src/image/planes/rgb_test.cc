#include "image/planes/rgb.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>

#include "image/planes/test_planes.h"

namespace tintype::image {
namespace {

using test::distance;
using test::flat;
using test::make_plane;
using test::noise;
using test::on_every_target;

Rgb noisy_rgb(int width, int height) {
  Rgb rgb(width, height);
  std::uint32_t seed = 7;
  for (auto& sample : rgb.samples) {
    seed = seed * 1664525 + 1013904223;
    sample = static_cast<std::uint8_t>(seed >> 24);
  }
  return rgb;
}

struct Ycc {
  double y;
  double cb;
  double cr;
};

/// JFIF 1.02, page 3, to more digits: the coefficients follow from BT.601's 0.299 and 0.114.
Ycc ycc_of(const std::uint8_t* pixel) {
  const double y = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
  return {y, (pixel[2] - y) / 1.772 + 128, (pixel[0] - y) / 1.402 + 128};
}

double clip(double value) { return std::min(std::max(value, 0.0), 255.0); }

TEST(FromRgb, IsBt601) {
  const Rgb rgb = noisy_rgb(77, 9);
  on_every_target([&] {
    const Planes planes = from_rgb(rgb, false);
    for (int y = 0; y < 9; ++y) {
      for (int x = 0; x < 77; ++x) {
        const Ycc wanted = ycc_of(rgb.row(y) + static_cast<std::ptrdiff_t>(3) * x);
        EXPECT_NEAR(planes.luma.row(y)[x], wanted.y, 0.501);
        EXPECT_NEAR(planes.cb.row(y)[x], clip(wanted.cb), 0.501);
        EXPECT_NEAR(planes.cr.row(y)[x], clip(wanted.cr), 0.501);
      }
    }
  });
}

TEST(FromRgb, MeansFourPixelsForChroma) {
  const struct {
    int width;
    int height;
  } sizes[] = {{1, 1}, {1, 5}, {5, 1}, {2, 2}, {33, 17}, {64, 8}, {127, 3}};
  for (const auto& size : sizes) {
    SCOPED_TRACE(size.width);
    const Rgb rgb = noisy_rgb(size.width, size.height);
    on_every_target([&] {
      const Planes planes = from_rgb(rgb, true);
      ASSERT_EQ(planes.cb.width(), halved(size.width));
      ASSERT_EQ(planes.cb.height(), halved(size.height));
      for (int y = 0; y < planes.cb.height(); ++y) {
        for (int x = 0; x < planes.cb.width(); ++x) {
          double cb = 0;
          double cr = 0;
          for (int i = 0; i < 4; ++i) {
            const int column = std::min(2 * x + i % 2, size.width - 1);
            const int row = std::min(2 * y + i / 2, size.height - 1);
            const Ycc ycc = ycc_of(rgb.row(row) + static_cast<std::ptrdiff_t>(3) * column);
            cb += ycc.cb / 4;
            cr += ycc.cr / 4;
          }
          EXPECT_NEAR(planes.cb.row(y)[x], clip(cb), 0.501);
          EXPECT_NEAR(planes.cr.row(y)[x], clip(cr), 0.501);
        }
      }
    });
  }
}

TEST(ToRgb, IsBt601) {
  Planes planes;
  planes.luma = noise(77, 9, 1);
  planes.cb = noise(77, 9, 2);
  planes.cr = noise(77, 9, 3);
  on_every_target([&] {
    const Rgb rgb = to_rgb(planes);
    for (int y = 0; y < 9; ++y) {
      for (int x = 0; x < 77; ++x) {
        const std::uint8_t* const pixel = rgb.row(y) + static_cast<std::ptrdiff_t>(3) * x;
        const double luma = planes.luma.row(y)[x];
        const double u = planes.cb.row(y)[x] - 128.0;
        const double v = planes.cr.row(y)[x] - 128.0;
        EXPECT_NEAR(pixel[0], clip(luma + 1.402 * v), 0.501);
        EXPECT_NEAR(pixel[1], clip(luma - 0.114 * 1.772 / 0.587 * u - 0.299 * 1.402 / 0.587 * v),
                    0.501);
        EXPECT_NEAR(pixel[2], clip(luma + 1.772 * u), 0.501);
      }
    }
  });
}

TEST(ToRgb, InterpolatesChromaAroundItsMiddle) {
  for (const int width : {1, 2, 3, 18, 35, 64, 131}) {
    for (const int height : {1, 2, 5}) {
      SCOPED_TRACE(width);
      Planes planes;
      planes.luma = flat(width, height, 128);
      planes.cb = flat(halved(width), halved(height), 128);
      planes.cr = make_plane(halved(width), halved(height),
                             [](int x, int y) { return 100 + (x * 13 + y * 29) % 56; });
      const auto chroma = [&](int x, int y) {
        return planes.cr.row(
            std::clamp(y, 0, halved(height) - 1))[std::clamp(x, 0, halved(width) - 1)];
      };
      on_every_target([&] {
        const Rgb rgb = to_rgb(planes);
        for (int y = 0; y < height; ++y) {
          for (int x = 0; x < width; ++x) {
            const int far_x = x % 2 == 0 ? x / 2 - 1 : x / 2 + 1;
            const int far_y = y % 2 == 0 ? y / 2 - 1 : y / 2 + 1;
            const double cr = (9 * chroma(x / 2, y / 2) + 3 * chroma(far_x, y / 2) +
                               3 * chroma(x / 2, far_y) + chroma(far_x, far_y)) /
                              16.0;
            EXPECT_NEAR(rgb.row(y)[static_cast<std::ptrdiff_t>(3) * x], 128 + 1.402 * (cr - 128),
                        0.501)
                << x << ' ' << y;
          }
        }
      });
    }
  }
}

TEST(ToRgb, GreyHasThreeEqualChannels) {
  Planes planes;
  planes.luma = noise(21, 5);
  const Rgb rgb = to_rgb(planes);
  for (int y = 0; y < 5; ++y)
    for (int i = 0; i < 63; ++i) EXPECT_EQ(rgb.row(y)[i], planes.luma.row(y)[i / 3]);
}

TEST(ToRgb, AndBackKeepsColoursThatAreInGamut) {
  const Rgb rgb = noisy_rgb(64, 16);
  on_every_target([&] {
    const Rgb again = to_rgb(from_rgb(rgb, false));
    for (std::size_t i = 0; i < rgb.samples.size(); ++i)
      EXPECT_NEAR(again.samples[i], rgb.samples[i], 2) << i;
  });
}

TEST(ToRgb, AndBackKeepsAFlatColour) {
  on_every_target([] {
    for (const int luma : {0, 77, 128, 255}) {
      Planes planes;
      planes.luma = flat(13, 7, luma);
      planes.cb = flat(7, 4, 128);
      planes.cr = flat(7, 4, 128);
      const Planes again = from_rgb(to_rgb(planes), true);
      EXPECT_EQ(distance(again.luma, planes.luma), 0);
      EXPECT_EQ(distance(again.cb, planes.cb), 0);
      EXPECT_EQ(distance(again.cr, planes.cr), 0);
    }
  });
}

}  // namespace
}  // namespace tintype::image
