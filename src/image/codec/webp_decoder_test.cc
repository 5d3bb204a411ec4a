#include "image/codec/webp_decoder.h"

#include <gtest/gtest.h>

#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <memory>

#include "image/codec/test_codec.h"
#include "image/codec/webp_encoder.h"

namespace tintype::image {
namespace {

using test::Layout;

std::string make_webp(int width, int height) {
  return *encode_webp(test::make_planes(width, height, Layout::subsampled), {.quality = 95});
}

Result<std::optional<Photo>> decode(const std::string& file, Window window, double scale = 1) {
  return decode_webp(test::bytes_of(file), window, scale);
}

/// The file with a chunk more.
std::string with_chunk(const std::string& file, const char* type, const std::string& content) {
  const std::unique_ptr<WebPMux, void (*)(WebPMux*)> mux(WebPMuxNew(), WebPMuxDelete);
  const WebPData picture = {reinterpret_cast<const std::uint8_t*>(file.data()), file.size()};
  const WebPData chunk = {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()};
  EXPECT_EQ(WebPMuxSetImage(mux.get(), &picture, 1), WEBP_MUX_OK);
  EXPECT_EQ(WebPMuxSetChunk(mux.get(), type, &chunk, 1), WEBP_MUX_OK);
  WebPData made = {};
  EXPECT_EQ(WebPMuxAssemble(mux.get(), &made), WEBP_MUX_OK);
  std::string result(reinterpret_cast<const char*>(made.bytes), made.size);
  WebPDataClear(&made);
  return result;
}

TEST(WebpDecoder, GivesThePlanesOfTheFile) {
  for (const Size size : {Size{1, 1}, Size{16, 16}, Size{83, 61}, Size{64, 3}}) {
    SCOPED_TRACE(size.width);
    const Planes planes = test::make_planes(size.width, size.height, Layout::subsampled);
    const auto photo = decode(make_webp(size.width, size.height), {0, 0, size.width, size.height});
    ASSERT_TRUE(photo && *photo);
    EXPECT_EQ((*photo)->size, size);
    EXPECT_EQ((*photo)->range, Range::limited);
    EXPECT_EQ((*photo)->matrix, Matrix::bt601);
    EXPECT_EQ((*photo)->orientation, 1);
    EXPECT_EQ((*photo)->luma.scale_x, 1);
    EXPECT_EQ((*photo)->cb.scale_y, 0.5);
    EXPECT_GT(test::psnr((*photo)->luma.plane, planes.luma), 35);
    EXPECT_GT(test::psnr((*photo)->cb.plane, planes.cb), 35);
    EXPECT_GT(test::psnr((*photo)->cr.plane, planes.cr), 35);
  }
}

TEST(WebpDecoder, GivesAWindowWhereItSaysItIs) {
  const std::string file = make_webp(83, 61);
  const auto whole = decode(file, {0, 0, 83, 61});
  ASSERT_TRUE(whole && *whole);
  for (const Window window : {Window{0, 0, 1, 1}, Window{7, 5, 20, 30}, Window{8, 6, 75, 55},
                              Window{82, 60, 1, 1}, Window{81, 0, 2, 61}}) {
    SCOPED_TRACE(window.left);
    const auto part = decode(file, window);
    ASSERT_TRUE(part && *part);
    const auto check = [&](const Channel& channel, const Channel& source, int step) {
      EXPECT_LE(channel.left * step, window.left);
      EXPECT_LE(channel.top * step, window.top);
      EXPECT_GE((channel.left + channel.plane.width()) * step, window.left + window.width);
      EXPECT_GE((channel.top + channel.plane.height()) * step, window.top + window.height);
      const auto left = static_cast<int>(channel.left);
      const auto top = static_cast<int>(channel.top);
      for (int y = 0; y < channel.plane.height(); ++y)
        for (int x = 0; x < channel.plane.width(); ++x)
          ASSERT_EQ(channel.plane.row(y)[x], source.plane.row(top + y)[left + x]);
    };
    check((*part)->luma, (*whole)->luma, 1);
    check((*part)->cb, (*whole)->cb, 2);
    check((*part)->cr, (*whole)->cr, 2);
  }
}

/// Of ramps: what a sample must be follows from the pixels that it says it covers.
TEST(WebpDecoder, ReducesWithoutAShift) {
  constexpr int kWidth = 211;
  constexpr int kHeight = 173;
  const auto ramp = [](double x, double y) { return 20 + 0.5 * x + 0.5 * y; };
  Planes planes;
  planes.luma =
      test::make_plane(kWidth, kHeight, [&](int x, int y) { return ramp(x + 0.5, y + 0.5); });
  for (Plane* chroma : {&planes.cb, &planes.cr})
    *chroma = test::make_plane(halved(kWidth), halved(kHeight),
                               [&](int x, int y) { return ramp(2 * x + 1, 2 * y + 1); });
  const std::string file = *encode_webp(planes, {.quality = 100});
  for (const double scale : {0.3, 0.25, 0.11, 0.01, 0.001})
    for (const Window window : {Window{0, 0, kWidth, kHeight}, Window{50, 31, 101, 99}}) {
      SCOPED_TRACE(scale);
      const auto photo = decode(file, window, scale);
      ASSERT_TRUE(photo && *photo);
      for (const Channel* channel : {&(*photo)->luma, &(*photo)->cb, &(*photo)->cr}) {
        const Plane& plane = channel->plane;
        const double right = (channel->left + plane.width()) / channel->scale_x;
        const double bottom = (channel->top + plane.height()) / channel->scale_y;
        EXPECT_LE(channel->left / channel->scale_x, window.left + 1e-6);
        EXPECT_GE(right, window.left + window.width - 1e-6);
        EXPECT_LE(channel->top / channel->scale_y, window.top + 1e-6);
        EXPECT_GE(bottom, window.top + window.height - 1e-6);
        EXPECT_LE(channel->scale_x, 2 * scale + 2.0 / window.width);
        for (int y = 0; y < plane.height(); ++y)
          for (int x = 0; x < plane.width(); ++x) {
            const double expected = ramp((channel->left + x + 0.5) / channel->scale_x,
                                         (channel->top + y + 0.5) / channel->scale_y);
            ASSERT_NEAR(plane.row(y)[x], expected, 3) << x << ' ' << y;
          }
      }
    }
}

TEST(WebpDecoder, ReadsMetadata) {
  std::string tiff("II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 26);
  const std::string plain = make_webp(20, 10);
  const struct {
    const char* name;
    std::string file;
    int orientation;
    std::string icc;
  } cases[] = {
      {"none", plain, 1, ""},
      {"orientation", with_chunk(plain, "EXIF", tiff), 6, ""},
      {"as JPEG has it", with_chunk(plain, "EXIF", std::string("Exif\0\0", 6) + tiff), 6, ""},
      {"nonsense", with_chunk(plain, "EXIF", "MM"), 1, ""},
      {"profile", with_chunk(plain, "ICCP", "profile"), 1, "profile"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto probe = probe_webp(test::bytes_of(c.file));
    ASSERT_TRUE(probe && *probe);
    EXPECT_EQ((*probe)->size, (Size{20, 10}));
    EXPECT_EQ((*probe)->orientation, c.orientation);
    const auto photo = decode(c.file, {0, 0, 20, 10});
    ASSERT_TRUE(photo && *photo);
    EXPECT_EQ((*photo)->orientation, c.orientation);
    EXPECT_EQ((*photo)->icc, c.icc);
  }
}

std::string from_libwebp(std::size_t (*encode)(const std::uint8_t*, std::uint8_t**)) {
  const std::string rgba(std::size_t{16} * 16 * 4, '\x60');
  std::uint8_t* bytes = nullptr;
  const std::size_t size = encode(reinterpret_cast<const std::uint8_t*>(rgba.data()), &bytes);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  WebPFree(bytes);
  return file;
}

std::string make_animation() {
  WebPAnimEncoderOptions options;
  EXPECT_NE(WebPAnimEncoderOptionsInit(&options), 0);
  const std::unique_ptr<WebPAnimEncoder, void (*)(WebPAnimEncoder*)> encoder(
      WebPAnimEncoderNew(16, 16, &options), WebPAnimEncoderDelete);
  for (int i = 0; i < 2; ++i) {
    WebPPicture picture;
    EXPECT_NE(WebPPictureInit(&picture), 0);
    picture.use_argb = 1;
    picture.width = picture.height = 16;
    EXPECT_NE(WebPPictureAlloc(&picture), 0);
    std::fill_n(picture.argb, 256, i == 0 ? 0xFF102030U : 0xFFF0E0D0U);
    WebPConfig config;
    EXPECT_NE(WebPConfigInit(&config), 0);
    EXPECT_NE(WebPAnimEncoderAdd(encoder.get(), &picture, i * 100, &config), 0);
    WebPPictureFree(&picture);
  }
  EXPECT_NE(WebPAnimEncoderAdd(encoder.get(), nullptr, 200, nullptr), 0);
  WebPData made = {};
  EXPECT_NE(WebPAnimEncoderAssemble(encoder.get(), &made), 0);
  std::string file(reinterpret_cast<const char*>(made.bytes), made.size);
  WebPDataClear(&made);
  return file;
}

TEST(WebpDecoder, LeavesTheUnusualToOthers) {
  const struct {
    const char* name;
    std::string file;
  } cases[] = {
      {"lossless", from_libwebp([](const std::uint8_t* rgba, std::uint8_t** file) {
         return WebPEncodeLosslessRGB(rgba, 16, 16, 48, file);
       })},
      {"alpha", from_libwebp([](const std::uint8_t* rgba, std::uint8_t** file) {
         return WebPEncodeRGBA(rgba, 16, 16, 64, 80, file);
       })},
      {"animation", make_animation()},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto probe = probe_webp(test::bytes_of(c.file));
    ASSERT_TRUE(probe);
    EXPECT_FALSE(*probe);
    const auto photo = decode(c.file, {0, 0, 16, 16});
    ASSERT_TRUE(photo);
    EXPECT_FALSE(*photo);
  }
}

TEST(WebpDecoder, RefusesWhatIsBroken) {
  const std::string file = make_webp(83, 61);
  const struct {
    const char* name;
    std::string file;
  } cases[] = {
      {"nothing", ""},
      {"another type", "\xff\xd8\xff\xe0 nothing of the kind"},
      {"a container alone", file.substr(0, 12)},
      {"no frame header", file.substr(0, 22)},
      {"no size", file.substr(0, 12) + "VP8 " + std::string(30, '\0')},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto probe = probe_webp(test::bytes_of(c.file));
    ASSERT_FALSE(probe);
    EXPECT_EQ(probe.error().code, ErrorCode::damaged_input);
  }
}

TEST(WebpDecoder, NeverGivesHalfAPicture) {
  const std::string file = make_webp(83, 61);
  for (std::size_t size = 0; size < file.size(); size += 7) {
    SCOPED_TRACE(size);
    const auto photo = decode(file.substr(0, size), {0, 0, 83, 61});
    ASSERT_FALSE(photo);
    EXPECT_EQ(photo.error().code, ErrorCode::damaged_input);
  }
}

TEST(WebpDecoder, SurvivesAnyChange) {
  const std::string file = with_chunk(make_webp(83, 61), "EXIF", std::string(40, 'I'));
  for (std::size_t at = 0; at < file.size(); at += 3)
    for (const char change : {'\x01', '\x80', '\xff'}) {
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ change);
      const auto probe = probe_webp(test::bytes_of(changed));
      if (!probe || !*probe) continue;
      const Size size = (*probe)->size;
      if (size.width > 500 || size.height > 500) continue;  // The caller's limits.
      const auto photo = decode(changed, {0, 0, size.width, size.height}, 0.2);
      if (photo && *photo) {
        EXPECT_EQ((*photo)->size, size);
      }
    }
}

}  // namespace
}  // namespace tintype::image
