#include "image/codec/avif_encoder.h"

#include <gtest/gtest.h>

#include "image/codec/avif_decoder.h"
#include "image/codec/test_codec.h"

namespace tintype::image {
namespace {

using test::Layout;

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
        const auto photo =
            decode_avif(test::bytes_of(*file), {0, 0, size.width, size.height}, Limits{});

        ASSERT_TRUE(photo && *photo);
        EXPECT_EQ((*photo)->range, Range::full);
        EXPECT_EQ((*photo)->matrix, Matrix::bt601);
        EXPECT_GT(test::psnr(planes.luma, (*photo)->luma.plane), 35);
        ASSERT_EQ((*photo)->grey(), planes.grey());
        if (planes.grey()) continue;
        EXPECT_GT(test::psnr(planes.cb, (*photo)->cb.plane), 35);
        EXPECT_GT(test::psnr(planes.cr, (*photo)->cr.plane), 35);
      }
}

TEST(AvifEncoder, EmbedsAProfile) {
  const std::string icc(3001, 'p');
  const auto file = encode_avif(test::make_planes(20, 20, Layout::subsampled), {.icc = icc});
  ASSERT_TRUE(file);
  const auto photo = decode_avif(test::bytes_of(*file), {0, 0, 20, 20}, Limits{});
  ASSERT_TRUE(photo && *photo);
  EXPECT_EQ((*photo)->icc, icc);
  // And no code points that say otherwise: the box of ISO 23008-12, 6.5.5, 2 being "unspecified".
  using namespace std::string_literals;
  EXPECT_NE(file->find("nclx\0\2\0\2\0\x6\x80"s), std::string::npos);
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
