#include "image/codec/avif_decoder.h"

#include <gtest/gtest.h>

#include <avif/avif.h>

#include <functional>
#include <memory>

#include "image/codec/test_codec.h"

namespace tintype::image {
namespace {

constexpr int kWidth = 43;
constexpr int kHeight = 31;

/// A picture as libavif makes it, of samples that `scene` gives; `change` may do anything to it.
struct Recipe {
  avifPixelFormat format = AVIF_PIXEL_FORMAT_YUV420;
  std::uint32_t depth = 8;
  bool alpha = false;
  std::function<void(avifImage&)> change = {};
};

std::string make_avif(const Recipe& recipe) {
  const std::unique_ptr<avifImage, void (*)(avifImage*)> image(
      avifImageCreate(kWidth, kHeight, recipe.depth, recipe.format), avifImageDestroy);
  image->yuvRange = AVIF_RANGE_LIMITED;
  image->matrixCoefficients = AVIF_MATRIX_COEFFICIENTS_BT601;
  image->colorPrimaries = AVIF_COLOR_PRIMARIES_BT709;
  image->transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_SRGB;
  EXPECT_EQ(avifImageAllocatePlanes(image.get(), recipe.alpha ? AVIF_PLANES_ALL : AVIF_PLANES_YUV),
            AVIF_RESULT_OK);
  const std::uint32_t sample_size = recipe.depth > 8 ? 2 : 1;
  for (int i = 0; i < 3; ++i) {
    if (image->yuvPlanes[i] == nullptr) continue;
    const bool thin = i > 0 && recipe.format != AVIF_PIXEL_FORMAT_YUV444;
    const bool low = i > 0 && recipe.format == AVIF_PIXEL_FORMAT_YUV420;
    for (int y = 0; y < (low ? halved(kHeight) : kHeight); ++y)
      for (int x = 0; x < (thin ? halved(kWidth) : kWidth); ++x)
        image->yuvPlanes[i][static_cast<std::uint32_t>(y) * image->yuvRowBytes[i] +
                            static_cast<std::uint32_t>(x) * sample_size] =
            static_cast<std::uint8_t>(test::scene(thin ? 2 * x : x, low ? 2 * y : y, i));
  }
  if (recipe.alpha)
    for (std::uint32_t i = 0; i < image->alphaRowBytes * kHeight; ++i) image->alphaPlane[i] = 90;
  if (recipe.change) recipe.change(*image);
  const std::unique_ptr<avifEncoder, void (*)(avifEncoder*)> encoder(avifEncoderCreate(),
                                                                     avifEncoderDestroy);
  encoder->speed = 10;
  encoder->minQuantizer = 5;
  encoder->maxQuantizer = 10;
  avifRWData made = AVIF_DATA_EMPTY;
  EXPECT_EQ(avifEncoderWrite(encoder.get(), image.get(), &made), AVIF_RESULT_OK);
  std::string file(reinterpret_cast<const char*>(made.data), made.size);
  avifRWDataFree(&made);
  return file;
}

Result<std::optional<Photo>> decode(const std::string& file,
                                    Window window = {0, 0, kWidth, kHeight}) {
  return decode_avif(test::bytes_of(file), window, Limits{});
}

TEST(AvifDecoder, GivesThePlanesOfTheFile) {
  const struct {
    const char* name;
    avifPixelFormat format;
    double scale_x;
    double scale_y;
  } cases[] = {
      {"4:2:0", AVIF_PIXEL_FORMAT_YUV420, 0.5, 0.5},
      {"4:2:2", AVIF_PIXEL_FORMAT_YUV422, 0.5, 1},
      {"4:4:4", AVIF_PIXEL_FORMAT_YUV444, 1, 1},
      {"grey", AVIF_PIXEL_FORMAT_YUV400, 0, 0},
  };
  for (const auto& c : cases)
    for (const Window window : {Window{0, 0, kWidth, kHeight}, Window{7, 5, 11, 13},
                                Window{kWidth - 1, kHeight - 1, 1, 1}}) {
      SCOPED_TRACE(c.name);
      SCOPED_TRACE(window.left);
      const auto photo = decode(make_avif({.format = c.format}), window);
      ASSERT_TRUE(photo && *photo);
      EXPECT_EQ((*photo)->size, (Size{kWidth, kHeight}));
      EXPECT_EQ((*photo)->range, Range::limited);
      const Channel* const channels[] = {&(*photo)->luma, &(*photo)->cb, &(*photo)->cr};
      ASSERT_EQ((*photo)->grey(), c.scale_x == 0);
      for (int i = 0; i < ((*photo)->grey() ? 1 : 3); ++i) {
        const Channel& channel = *channels[i];
        const double scale_x = i == 0 ? 1 : c.scale_x;
        const double scale_y = i == 0 ? 1 : c.scale_y;
        EXPECT_EQ(channel.scale_x, scale_x);
        EXPECT_EQ(channel.scale_y, scale_y);
        EXPECT_LE(channel.left / scale_x, window.left);
        EXPECT_GE((channel.left + channel.plane.width()) / scale_x, window.left + window.width);
        EXPECT_GE((channel.top + channel.plane.height()) / scale_y, window.top + window.height);
        const Plane expected =
            test::make_plane(channel.plane.width(), channel.plane.height(), [&](int x, int y) {
              return test::scene((channel.left + x) / scale_x, (channel.top + y) / scale_y, i);
            });
        EXPECT_GT(test::psnr(channel.plane, expected), 33);
      }
    }
}

TEST(AvifDecoder, KnowsMatrixRangeAndProfile) {
  const std::string icc(500, 'p');
  const auto photo = decode(make_avif({.change = [&](avifImage& image) {
    image.matrixCoefficients = AVIF_MATRIX_COEFFICIENTS_BT709;
    image.yuvRange = AVIF_RANGE_FULL;
    image.colorPrimaries = AVIF_COLOR_PRIMARIES_SMPTE432;
    avifImageSetProfileICC(&image, reinterpret_cast<const std::uint8_t*>(icc.data()), icc.size());
  }}));
  ASSERT_TRUE(photo && *photo);
  EXPECT_EQ((*photo)->matrix, Matrix::bt709);
  EXPECT_EQ((*photo)->range, Range::full);
  EXPECT_EQ((*photo)->icc, icc);
}

/// libavif itself makes `irot` and `imir` from an EXIF orientation: all eight have to come back.
TEST(AvifDecoder, GivesOrientationAsExifCountsIt) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    std::string tiff("II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0", 26);
    tiff[18] = static_cast<char>(orientation);
    const std::string file = make_avif({.change = [&](avifImage& image) {
      avifImageSetMetadataExif(&image, reinterpret_cast<const std::uint8_t*>(tiff.data()),
                               tiff.size());
    }});
    const auto probe = probe_avif(test::bytes_of(file), Limits{});
    ASSERT_TRUE(probe && *probe);
    EXPECT_EQ((*probe)->size, (Size{kWidth, kHeight}));
    EXPECT_EQ((*probe)->orientation, orientation);
    const auto photo = decode(file);
    ASSERT_TRUE(photo && *photo);
    EXPECT_EQ((*photo)->orientation, orientation);
  }
}

TEST(AvifDecoder, LeavesTheUnusualToOthers) {
  const struct {
    const char* name;
    Recipe recipe;
  } cases[] = {
      {"alpha", {.alpha = true}},
      {"10 bits", {.depth = 10}},
      {"12 bits", {.depth = 12}},
      {"RGB",
       {.format = AVIF_PIXEL_FORMAT_YUV444,
        .change =
            [](avifImage& image) {
              image.matrixCoefficients = AVIF_MATRIX_COEFFICIENTS_IDENTITY;
            }}},
      {"YCgCo",
       {.change =
            [](avifImage& image) { image.matrixCoefficients = AVIF_MATRIX_COEFFICIENTS_YCGCO; }}},
      {"Display P3",
       {.change = [](avifImage& image) { image.colorPrimaries = AVIF_COLOR_PRIMARIES_SMPTE432; }}},
      {"PQ",
       {.change =
            [](avifImage& image) {
              image.transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_SMPTE2084;
            }}},
      {"a crop",
       {.change =
            [](avifImage& image) {
              image.transformFlags |= AVIF_TRANSFORM_CLAP;
              image.clap = {21, 1, 15, 1, 0, 1, 0, 1};
            }}},
      {"oblong pixels",
       {.change =
            [](avifImage& image) {
              image.transformFlags |= AVIF_TRANSFORM_PASP;
              image.pasp = {2, 1};
            }}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string file = make_avif(c.recipe);
    const auto probe = probe_avif(test::bytes_of(file), Limits{});
    ASSERT_TRUE(probe);
    EXPECT_FALSE(*probe);
    const auto photo = decode(file);
    ASSERT_TRUE(photo);
    EXPECT_FALSE(*photo);
  }
}

TEST(AvifDecoder, HoldsLimitsBeforeItDecodes) {
  const std::string file = make_avif({});
  const auto probe = [&](const Limits& limits) {
    return probe_avif(test::bytes_of(file), limits)->has_value();
  };
  EXPECT_TRUE(probe({.source_pixels_max = kWidth * kHeight}));
  EXPECT_FALSE(probe({.source_pixels_max = kWidth * kHeight - 1}));
  EXPECT_TRUE(probe({.source_side_max = kWidth}));
  EXPECT_FALSE(probe({.source_side_max = kWidth - 1}));
}

TEST(AvifDecoder, NeverGivesHalfAPicture) {
  const std::string file = make_avif({});
  for (std::size_t size = 0; size < file.size(); size += 5) {
    SCOPED_TRACE(size);
    const auto photo = decode(file.substr(0, size));
    EXPECT_TRUE(!photo || !*photo);
    if (!photo) {
      EXPECT_EQ(photo.error().code, ErrorCode::damaged_input);
    }
  }
}

TEST(AvifDecoder, SurvivesAnyChange) {
  const std::string file = make_avif({});
  for (std::size_t at = 0; at < file.size(); at += 2)
    for (const char change : {'\x01', '\xff'}) {
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ change);
      const auto probe = probe_avif(test::bytes_of(changed), Limits{});
      ASSERT_TRUE(probe);
      if (!*probe) continue;
      const Size size = (*probe)->size;
      const auto photo =
          decode_avif(test::bytes_of(changed), {0, 0, size.width, size.height}, Limits{});
      if (photo && *photo) {
        EXPECT_EQ((*photo)->size, size);
      }
    }
}

}  // namespace
}  // namespace tintype::image
