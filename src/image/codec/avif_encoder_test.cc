#include "image/codec/avif_encoder.h"

#include <avif/avif.h>
#include <gtest/gtest.h>

#include <memory>

#include "image/codec/test_codec.h"

namespace tintype::image {
namespace {

using test::Layout;

struct DecodedAvif {
  Planes planes;
  Plane alpha;
  std::string icc;
};

Plane eight_bits_of(const std::uint8_t* bytes, std::uint32_t row_bytes, int width, int height) {
  return test::make_plane(width, height, [=](int x, int y) {
    const auto* const row =
        reinterpret_cast<const std::uint16_t*>(bytes + std::size_t{row_bytes} * unsigned(y));
    return (row[x] * 255 + 511) / 1023;
  });
}

/// As libavif reads it, in eight bits.
DecodedAvif decode(const std::string& file) {
  const std::unique_ptr<avifDecoder, void (*)(avifDecoder*)> decoder(avifDecoderCreate(),
                                                                     avifDecoderDestroy);
  const std::unique_ptr<avifImage, void (*)(avifImage*)> owner(avifImageCreateEmpty(),
                                                               avifImageDestroy);
  EXPECT_EQ(avifDecoderReadMemory(decoder.get(), owner.get(),
                                  reinterpret_cast<const std::uint8_t*>(file.data()), file.size()),
            AVIF_RESULT_OK);
  const avifImage& image = *owner;
  DecodedAvif decoded;
  EXPECT_EQ(image.depth, 10U);
  EXPECT_EQ(image.yuvRange, AVIF_RANGE_FULL);
  EXPECT_EQ(image.matrixCoefficients, AVIF_MATRIX_COEFFICIENTS_BT601);
  Plane* const channels[] = {&decoded.planes.luma, &decoded.planes.cb, &decoded.planes.cr};
  const bool halved_chroma = image.yuvFormat == AVIF_PIXEL_FORMAT_YUV420;
  for (int i = 0; i < (image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400 ? 1 : 3); ++i) {
    const auto width = static_cast<int>(image.width);
    const auto height = static_cast<int>(image.height);
    const bool half = i != 0 && halved_chroma;
    *channels[i] = eight_bits_of(image.yuvPlanes[i], image.yuvRowBytes[i],
                                 half ? halved(width) : width, half ? halved(height) : height);
  }
  if (image.alphaPlane != nullptr)
    decoded.alpha = eight_bits_of(image.alphaPlane, image.alphaRowBytes,
                                  static_cast<int>(image.width), static_cast<int>(image.height));
  decoded.icc.assign(reinterpret_cast<const char*>(image.icc.data), image.icc.size);
  return decoded;
}

TEST(AvifEncoder, KeepsPicturesOfEverySizeAndLayout) {
  const struct {
    const char* name;
    int width;
    int height;
  } sizes[] = {{"one pixel", 1, 1}, {"a row", 19, 1}, {"odd", 83, 61}, {"even", 64, 48}};
  for (const auto& size : sizes)
    for (const Mode mode : {Mode::fast, Mode::best})
      for (const Layout layout : test::kLayouts) {
        SCOPED_TRACE(size.name);
        SCOPED_TRACE(static_cast<int>(mode));
        SCOPED_TRACE(static_cast<int>(layout));
        const Planes planes = test::make_planes(size.width, size.height, layout);

        const auto file = encode_avif(planes, {.quality = 90, .mode = mode});
        ASSERT_TRUE(file) << file.error().message;
        const Planes shown = decode(*file).planes;

        EXPECT_GT(test::psnr(planes.luma, shown.luma), 35);
        ASSERT_EQ(shown.grey(), planes.grey());
        if (planes.grey()) continue;
        EXPECT_GT(test::psnr(planes.cb, shown.cb), 35);
        EXPECT_GT(test::psnr(planes.cr, shown.cr), 35);
      }
}

TEST(AvifEncoder, EmbedsAProfile) {
  const std::string icc(3001, 'p');
  const auto file = encode_avif(test::make_planes(20, 20, Layout::subsampled), {.icc = icc});
  ASSERT_TRUE(file);
  EXPECT_EQ(decode(*file).icc, icc);
  // And no code points that say otherwise: the box of ISO 23008-12, 6.5.5, 2 being "unspecified".
  using namespace std::string_literals;
  EXPECT_NE(file->find("nclx\0\2\0\2\0\x6\x80"s), std::string::npos);
}

TEST(AvifEncoder, KeepsFlatColoursExactly) {
  for (const int sample : {0, 1, 127, 128, 129, 254, 255}) {
    SCOPED_TRACE(sample);
    const Planes planes = {test::flat(16, 16, sample), test::flat(16, 16, 255 - sample),
                           test::flat(16, 16, sample)};
    const auto file = encode_avif(planes, {.quality = 100});
    ASSERT_TRUE(file);
    EXPECT_GT(test::psnr(planes.luma, decode(*file).planes.luma), 98);
    EXPECT_GT(test::psnr(planes.cb, decode(*file).planes.cb), 98);
    EXPECT_GT(test::psnr(planes.cr, decode(*file).planes.cr), 98);
  }
}

TEST(AvifEncoder, KeepsAlpha) {
  const Planes planes = test::make_planes(40, 30, Layout::full);
  const Plane alpha = test::make_plane(40, 30, [](int x, int y) { return x * 6 + y / 2; });
  const auto file = encode_avif(planes, {.quality = 90, .alpha = &alpha});
  ASSERT_TRUE(file) << file.error().message;
  const DecodedAvif decoded = decode(*file);
  EXPECT_GT(test::psnr(planes.luma, decoded.planes.luma), 35);
  EXPECT_GT(test::psnr(alpha, decoded.alpha), 35);
}

TEST(AvifEncoder, HoldsItsLimits) {
  const Planes planes = test::make_planes(90, 70, Layout::subsampled);
  const std::size_t size = encode_avif(planes, {})->size();
  EXPECT_TRUE(encode_avif(planes, {.size_max = size}));
  for (const std::size_t size_max : {std::size_t{0}, size / 2, size - 1}) {
    SCOPED_TRACE(size_max);
    const auto over = encode_avif(planes, {.size_max = size_max});
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::too_large);
  }
  const auto too_long = encode_avif({test::flat(1, 65'537, 9), {}, {}}, {});
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().code, ErrorCode::too_large);
}

TEST(AvifEncoder, SpendsMoreForMoreQuality) {
  const Planes planes = test::make_planes(90, 70, Layout::subsampled);
  std::size_t before = 0;
  for (const int quality : {1, 20, 50, 80, 100}) {
    SCOPED_TRACE(quality);
    const std::size_t size = encode_avif(planes, {.quality = quality})->size();
    EXPECT_GT(size, before);
    before = size;
  }
}

}  // namespace
}  // namespace tintype::image
