#include "image/codec/jpeg_encoder.h"

#include <gtest/gtest.h>

#include <cstring>
#include <utility>

#include "image/codec/rdo_jpeg.h"
#include "image/codec/test_codec.h"
#include "image/planes/sharp_chroma.h"

namespace tintype::image {
namespace {

using test::Layout;

/// What holds for one encoder holds for both.
const struct {
  const char* name;
  Result<std::string> (*encode)(const Planes&, const JpegSettings&);
  bool progressive;
} kEncoders[] = {{"plain", encode_jpeg, false},
                 {"rate-distortion optimised", encode_rdo_jpeg, true}};

TEST(JpegEncoder, KeepsPicturesOfEverySizeAndLayout) {
  const struct {
    const char* name;
    int width;
    int height;
  } sizes[] = {{"one pixel", 1, 1}, {"a column", 1, 19},
               {"a row", 19, 1},    {"under a block", 7, 5},
               {"a block", 8, 8},   {"over a block", 9, 9},
               {"an MCU", 16, 16},  {"over an MCU", 17, 33},
               {"odd", 83, 61},     {"as wide as a vector", 64, 48}};
  for (const auto& encoder : kEncoders)
    for (const auto& size : sizes)
      for (const Layout layout : test::kLayouts) {
        SCOPED_TRACE(encoder.name);
        SCOPED_TRACE(size.name);
        SCOPED_TRACE(static_cast<int>(layout));
        const Planes planes = test::make_planes(size.width, size.height, layout);

        const auto file = encoder.encode(planes, {.quality = 92});
        ASSERT_TRUE(file);
        const auto decoded = test::decode_jpeg(*file);

        EXPECT_EQ(decoded.progressive, encoder.progressive);
        EXPECT_EQ(decoded.warnings, 0);
        EXPECT_GT(test::psnr(planes.luma, decoded.planes.luma), 36);
        ASSERT_EQ(planes.grey(), decoded.planes.grey());
        if (planes.grey()) continue;
        EXPECT_GT(test::psnr(planes.cb, decoded.planes.cb), 36);
        EXPECT_GT(test::psnr(planes.cr, decoded.planes.cr), 36);
      }
}

TEST(JpegEncoder, KeepsAFlatColour) {
  for (const auto& encoder : kEncoders)
    for (const int value : {0, 1, 127, 128, 200, 255}) {
      SCOPED_TRACE(encoder.name);
      SCOPED_TRACE(value);
      const Planes planes{test::flat(21, 21, value), test::flat(11, 11, value),
                          test::flat(11, 11, 255 - value)};
      const auto file = encoder.encode(planes, {.quality = 90});
      ASSERT_TRUE(file);
      const auto decoded = test::decode_jpeg(*file);
      EXPECT_LE(test::distance(decoded.planes.luma, planes.luma), 1);
      EXPECT_LE(test::distance(decoded.planes.cb, planes.cb), 1);
      EXPECT_LE(test::distance(decoded.planes.cr, planes.cr), 1);
    }
}

TEST(JpegEncoder, SurvivesTheHardestPictures) {
  for (const auto& encoder : kEncoders)
    for (const int quality : {1, 50, 100}) {
      SCOPED_TRACE(encoder.name);
      SCOPED_TRACE(quality);
      Planes planes{test::noise(67, 45), test::noise(34, 23, 2), test::noise(34, 23, 3)};
      // Steps of the whole range: the largest coefficients there are.
      for (int x = 0; x < 67; ++x)
        for (int y = 0; y < 20; ++y) planes.luma.row(y)[x] = x / 8 % 2 == 0 ? 0 : 255;
      const auto file = encoder.encode(planes, {.quality = quality});
      ASSERT_TRUE(file);
      const auto decoded = test::decode_jpeg(*file);
      EXPECT_EQ(decoded.warnings, 0);
      if (quality == 100) {
        EXPECT_GT(test::psnr(planes.luma, decoded.planes.luma), 40);
      }
    }
}

TEST(JpegEncoder, DoesNotLookBehindTheRows) {
  for (const auto& encoder : kEncoders) {
    SCOPED_TRACE(encoder.name);
    std::string files[2];
    for (const int filling : {0, 255}) {
      Planes planes = test::make_planes(33, 19, Layout::subsampled);
      for (Plane* plane : {&planes.luma, &planes.cb, &planes.cr})
        for (int y = 0; y < plane->height(); ++y)
          std::memset(plane->row(y) + plane->width(), filling,
                      static_cast<std::size_t>(plane->stride() - plane->width()));
      files[filling / 255] = *encoder.encode(planes, {});
    }
    EXPECT_EQ(files[0], files[1]);
  }
}

TEST(JpegEncoder, EmbedsAProfile) {
  for (const auto& encoder : kEncoders)
    for (const std::size_t size : {std::size_t{1}, std::size_t{3000}, std::size_t{150'000}}) {
      SCOPED_TRACE(encoder.name);
      SCOPED_TRACE(size);
      const std::string icc(size, 'p');
      const auto file = encoder.encode(test::make_planes(20, 20, Layout::subsampled), {.icc = icc});
      ASSERT_TRUE(file);
      EXPECT_EQ(test::decode_jpeg(*file).icc, icc);
    }
}

TEST(JpegEncoder, HoldsItsLimits) {
  const Planes planes = test::make_planes(90, 70, Layout::subsampled);
  for (const auto& encoder : kEncoders) {
    SCOPED_TRACE(encoder.name);
    const std::size_t size = encoder.encode(planes, {})->size();
    const auto under = encoder.encode(planes, {.size_max = size});
    EXPECT_TRUE(under);
    for (const std::size_t size_max : {std::size_t{1}, size / 2, size - 1}) {
      SCOPED_TRACE(size_max);
      const auto over = encoder.encode(planes, {.size_max = size_max});
      ASSERT_FALSE(over);
      EXPECT_EQ(over.error().code, ErrorCode::too_large);
    }
    const Planes longest{test::flat(kJpegSideMax, 1, 9), {}, {}};
    EXPECT_TRUE(encoder.encode(longest, {}));
    const Planes too_long{test::flat(1, kJpegSideMax + 1, 9), {}, {}};
    const auto refused = encoder.encode(too_long, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
    const std::string icc(255 * 65'519 + 1, 'p');
    const auto profile = encoder.encode(planes, {.icc = icc});
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().code, ErrorCode::too_large);
  }
}

TEST(JpegEncoder, SpendsMoreForMoreQuality) {
  const Planes planes = test::make_planes(90, 70, Layout::subsampled);
  for (const auto& encoder : kEncoders) {
    SCOPED_TRACE(encoder.name);
    std::size_t before = 0;
    for (const int quality : {10, 30, 50, 70, 80, 90, 100}) {
      SCOPED_TRACE(quality);
      const std::size_t size = encoder.encode(planes, {.quality = quality})->size();
      EXPECT_GT(size, before);
      before = size;
    }
  }
}

TEST(RdoJpeg, SavesBytesThatNobodySees) {
  Planes planes = test::make_planes(160, 160, Layout::subsampled);
  const Plane grain = test::noise(160, 160);
  for (int y = 0; y < 160; ++y)
    for (int x = 0; x < 160; ++x)
      planes.luma.row(y)[x] =
          static_cast<std::uint8_t>(planes.luma.row(y)[x] + grain.row(y)[x] / 16);

  const auto plain = encode_jpeg(planes, {});
  const auto chosen = encode_rdo_jpeg(planes, {});

  ASSERT_TRUE(plain && chosen);
  EXPECT_LT(chosen->size(), plain->size());
  const double plain_psnr = test::psnr(planes.luma, test::decode_jpeg(*plain).planes.luma);
  const double chosen_psnr = test::psnr(planes.luma, test::decode_jpeg(*chosen).planes.luma);
  EXPECT_GT(chosen_psnr, plain_psnr - 1);
}

TEST(RdoJpeg, HalvesChromaAndMatchesLuma) {
  // Red and blue areas, whose edges chroma of half the size blurs.
  const auto areas = [](int a, int b) {
    return test::make_plane(75, 50, [=](int x, int y) { return (x / 6 + y / 9) % 2 == 0 ? a : b; });
  };
  const Planes full{areas(76, 29), areas(85, 255), areas(255, 107)};

  const auto file = encode_rdo_jpeg(full, {.quality = 90, .halve_chroma = true});

  ASSERT_TRUE(file);
  Planes decoded = test::decode_jpeg(*file).planes;
  EXPECT_EQ(decoded.cb.width(), 38);
  EXPECT_EQ(decoded.cb.height(), 25);
  // Luma is not the source's: it has what chroma cannot show.
  EXPECT_LT(test::psnr(decoded.luma, full.luma), 35);
  const ChromaPair shown{std::move(decoded.cb), std::move(decoded.cr)};
  EXPECT_GT(test::psnr(decoded.luma, fit_luma(full, shown)), 32);
}

TEST(RdoJpeg, KeepsChromaThatNeedsNoHalving) {
  for (const Layout layout : test::kLayouts) {
    SCOPED_TRACE(static_cast<int>(layout));
    const Planes planes = test::make_planes(40, 30, layout);
    const bool halved = layout != Layout::full;
    EXPECT_EQ(*encode_rdo_jpeg(planes, {}) == *encode_rdo_jpeg(planes, {.halve_chroma = true}),
              halved);
  }
}

}  // namespace
}  // namespace tintype::image
