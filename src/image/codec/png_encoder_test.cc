#include "image/codec/png_encoder.h"

#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

namespace tintype::image {
namespace {

/// Every pixel another colour.
Rgb picture(int width, int height) {
  Rgb rgb(width, height);
  for (std::size_t i = 0; i < rgb.samples.size(); ++i)
    rgb.samples[i] = static_cast<std::uint8_t>(i * 7 + i / 97);
  return rgb;
}

/// As libpng's simplified reader sees it.
Rgb decoded(const std::string& file) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_memory(&image, file.data(), file.size()), 0) << image.message;
  image.format = PNG_FORMAT_RGB;
  Rgb rgb(static_cast<int>(image.width), static_cast<int>(image.height));
  EXPECT_NE(png_image_finish_read(&image, nullptr, rgb.samples.data(), 0, nullptr), 0)
      << image.message;
  return rgb;
}

TEST(EncodePng, KeepsEverySample) {
  const struct {
    const char* name;
    int width;
    int height;
    Mode mode;
  } cases[] = {
      {"one pixel", 1, 1, Mode::fast},
      {"odd", 37, 23, Mode::fast},
      {"best", 64, 48, Mode::best},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Rgb rgb = picture(c.width, c.height);
    const auto file = encode_png(rgb, {.mode = c.mode});
    ASSERT_TRUE(file) << file.error().message;
    const Rgb again = decoded(*file);
    EXPECT_EQ(again.width, c.width);
    EXPECT_EQ(again.samples, rgb.samples);
  }
}

/// The profile, which libpng reads without asking what it is worth.
std::string profile_in(const std::string& file) {
  const std::size_t at = file.find("iCCPICC profile");
  if (at == std::string::npos) return {};
  constexpr std::size_t kContent = 4 + 12 + 1;  // Type, name, method.
  std::string icc(100'000, '\0');
  uLongf size = icc.size();
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(icc.data()), &size,
                       reinterpret_cast<const Bytef*>(file.data()) + at + kContent,
                       file.size() - at - kContent),
            Z_OK);
  icc.resize(size);
  return icc;
}

TEST(EncodePng, EmbedsAProfile) {
  const Rgb rgb = picture(20, 20);
  for (const std::size_t size : {std::size_t{1}, std::size_t{3001}, std::size_t{90'000}}) {
    SCOPED_TRACE(size);
    const std::string icc(size, 'p');
    const auto file = encode_png(rgb, {.icc = icc});
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(profile_in(*file), icc);
    EXPECT_EQ(decoded(*file).samples, rgb.samples);
  }
}

TEST(EncodePng, HoldsItsLimitFromBothSides) {
  const Rgb rgb = picture(40, 30);
  for (const std::string& icc : {std::string(), std::string(500, 'p')}) {
    SCOPED_TRACE(icc.size());
    const std::size_t size = encode_png(rgb, {.icc = icc})->size();
    EXPECT_TRUE(encode_png(rgb, {.icc = icc, .size_max = size}));
    const auto over = encode_png(rgb, {.icc = icc, .size_max = size - 1});
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::too_large);
  }
}

}  // namespace
}  // namespace tintype::image
