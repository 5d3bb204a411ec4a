#include "image/codec/webp_encoder.h"

#include <gtest/gtest.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>

#include "image/codec/test_codec.h"

namespace tintype::image {
namespace {

using test::Layout;

struct DecodedWebp {
  Planes planes;
  std::string icc;
};

DecodedWebp decode(const std::string& file) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(file.data());
  DecodedWebp decoded;
  int width = 0;
  int height = 0;
  int stride = 0;
  int chroma_stride = 0;
  std::uint8_t* u = nullptr;
  std::uint8_t* v = nullptr;
  const std::unique_ptr<std::uint8_t, void (*)(void*)> y(
      WebPDecodeYUV(bytes, file.size(), &width, &height, &u, &v, &stride, &chroma_stride),
      WebPFree);
  if (!y) return decoded;
  const auto copy = [](const std::uint8_t* samples, int row, int columns, int rows) {
    return test::make_plane(columns, rows, [=](int x, int at) { return samples[at * row + x]; });
  };
  decoded.planes = {copy(y.get(), stride, width, height),
                    copy(u, chroma_stride, halved(width), halved(height)),
                    copy(v, chroma_stride, halved(width), halved(height))};
  const WebPData data = {bytes, file.size()};
  const std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)> demuxer(WebPDemux(&data),
                                                                     WebPDemuxDelete);
  WebPChunkIterator chunk;
  if (WebPDemuxGetChunk(demuxer.get(), "ICCP", 1, &chunk) != 0)
    decoded.icc.assign(reinterpret_cast<const char*>(chunk.chunk.bytes), chunk.chunk.size);
  WebPDemuxReleaseChunkIterator(&chunk);
  return decoded;
}

TEST(WebpEncoder, KeepsPicturesOfEverySize) {
  const struct {
    const char* name;
    int width;
    int height;
  } sizes[] = {{"one pixel", 1, 1},      {"a column", 1, 19}, {"a row", 19, 1},
               {"a macroblock", 16, 16}, {"odd", 83, 61},     {"as wide as a vector", 64, 48}};
  for (const auto& size : sizes)
    for (const Mode mode : {Mode::fast, Mode::best})
      for (const Layout layout : {Layout::grey, Layout::subsampled}) {
        SCOPED_TRACE(size.name);
        SCOPED_TRACE(static_cast<int>(mode));
        const Planes planes = test::make_planes(size.width, size.height, layout);

        const auto file = encode_webp(planes, {.quality = 95, .mode = mode});
        ASSERT_TRUE(file);
        const DecodedWebp decoded = decode(*file);

        EXPECT_TRUE(file->substr(12).starts_with("VP8 "));
        EXPECT_GT(test::psnr(planes.luma, decoded.planes.luma), 35);
        const Plane neutral = test::flat(halved(size.width), halved(size.height), 128);
        EXPECT_GT(test::psnr(planes.grey() ? neutral : planes.cb, decoded.planes.cb), 35);
        EXPECT_GT(test::psnr(planes.grey() ? neutral : planes.cr, decoded.planes.cr), 35);
      }
}

TEST(WebpEncoder, TakesRgbToo) {
  for (const Mode mode : {Mode::fast, Mode::best})
    for (const auto& [width, height] : {std::pair(1, 1), std::pair(19, 1), std::pair(83, 61)}) {
      SCOPED_TRACE(width);
      SCOPED_TRACE(static_cast<int>(mode));
      const Rgb rgb = to_rgb(test::make_planes(width, height, Layout::full));
      const std::string icc(100, 'p');
      const auto file = encode_webp(rgb, {.quality = 95, .mode = mode, .icc = icc});
      ASSERT_TRUE(file) << file.error().message;
      const DecodedWebp decoded = decode(*file);
      EXPECT_EQ(decoded.icc, icc);
      EXPECT_EQ(decoded.planes.width(), width);
      EXPECT_EQ(decoded.planes.height(), height);
      int seen_width = 0;
      int seen_height = 0;
      const std::unique_ptr<std::uint8_t, void (*)(void*)> seen(
          WebPDecodeRGB(reinterpret_cast<const std::uint8_t*>(file->data()), file->size(),
                        &seen_width, &seen_height),
          WebPFree);
      ASSERT_NE(seen, nullptr);
      double error = 0;
      for (std::size_t i = 0; i < rgb.samples.size(); ++i)
        error += std::abs(seen.get()[i] - rgb.samples[i]);
      EXPECT_LT(error / static_cast<double>(rgb.samples.size()), 4);
    }
  const Rgb rgb = to_rgb(test::make_planes(90, 70, Layout::full));
  const std::size_t size = encode_webp(rgb, {})->size();
  EXPECT_TRUE(encode_webp(rgb, {.size_max = size}));
  EXPECT_EQ(encode_webp(rgb, {.size_max = size - 1}).error().code, ErrorCode::too_large);
  EXPECT_EQ(encode_webp(Rgb(1, 16'384), {}).error().code, ErrorCode::too_large);
}

TEST(WebpEncoder, EmbedsAProfile) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{3001}}) {
    SCOPED_TRACE(size);
    const std::string icc(size, 'p');
    const Planes planes = test::make_planes(20, 20, Layout::subsampled);
    const auto file = encode_webp(planes, {.icc = icc});
    ASSERT_TRUE(file);
    const DecodedWebp decoded = decode(*file);
    EXPECT_EQ(decoded.icc, icc);
    EXPECT_EQ(decoded.planes.width(), 20);
  }
}

TEST(WebpEncoder, HoldsItsLimits) {
  const Planes planes = test::make_planes(90, 70, Layout::subsampled);
  const std::size_t size = encode_webp(planes, {})->size();
  EXPECT_TRUE(encode_webp(planes, {.size_max = size}));
  const std::string icc(100, 'p');
  const std::size_t with_profile = encode_webp(planes, {.icc = icc})->size();
  EXPECT_TRUE(encode_webp(planes, {.icc = icc, .size_max = with_profile}));
  EXPECT_EQ(encode_webp(planes, {.icc = icc, .size_max = with_profile - 1}).error().code,
            ErrorCode::too_large);
  for (const std::size_t size_max : {std::size_t{0}, std::size_t{1}, size / 2, size - 1}) {
    SCOPED_TRACE(size_max);
    const auto over = encode_webp(planes, {.size_max = size_max});
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::too_large);
  }
  EXPECT_TRUE(encode_webp({test::flat(16'383, 1, 90), {}, {}}, {}));
  const auto too_long = encode_webp({test::flat(1, 16'384, 90), {}, {}}, {});
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace tintype::image
