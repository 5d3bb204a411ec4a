// Hostile and broken files. Whatever they are, the answer is a whole picture or an error.
#include <gtest/gtest.h>

#include <random>

#include "image/codec_samples.h"
#include "image/test_pictures.h"

namespace tintype::image {
namespace {

using namespace std::string_literals;
using test::render_one;
using test::save;
using vips::VImage;

const Plan kPlan = {.width = 100, .format = Format::png};

TEST(Render, RefusesACutFile) {
  const VImage picture = test::photograph(400, 300);
  for (const char* suffix :
       {".jpg[Q=80]", ".jpg[Q=80,interlace]", ".png", ".png[interlace]", ".gif", ".webp[Q=80]",
        ".webp[lossless]", ".tif", ".tif[compression=lzw]", ".tif[tile,compression=jpeg]",
        ".heic[Q=60]", ".avif[Q=60,effort=0]", ".jxl[effort=3]"}) {
    SCOPED_TRACE(suffix);
    const std::string whole = save(picture, suffix);
    const auto expected = render_one(whole, kPlan);
    ASSERT_TRUE(expected) << expected.error().message;
    for (const std::size_t percent : {0U, 1U, 5U, 10U, 25U, 50U, 75U, 90U, 95U, 99U}) {
      SCOPED_TRACE(percent);
      const auto rendered = render_one(whole.substr(0, whole.size() * percent / 100), kPlan);
      if (rendered) {  // Something after the last pixel was cut.
        EXPECT_EQ(rendered->outputs[0].bytes, expected->outputs[0].bytes);
      } else if (percent >= 1) {
        EXPECT_EQ(rendered.error().code, ErrorCode::damaged_input) << rendered.error().message;
      }
    }
  }
}

TEST(Render, RefusesAFileWithAHole) {
  const VImage picture = test::photograph(400, 300);
  // (A hole in JPEG or WebP is a picture too: they have no checksums.)
  for (const char* suffix : {".png", ".jxl[effort=3]"}) {
    SCOPED_TRACE(suffix);
    std::string bytes = save(picture, suffix);
    const std::size_t half = bytes.size() / 2;
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(half),
              bytes.begin() + static_cast<std::ptrdiff_t>(half + half / 2), '\0');
    const auto rendered = render_one(bytes, kPlan);
    ASSERT_FALSE(rendered);
    EXPECT_EQ(rendered.error().code, ErrorCode::damaged_input);
  }
}

TEST(Render, SurvivesFlippedBytes) {
  std::mt19937 random(42);
  for (const CodecSample& sample : codec_samples()) {
    SCOPED_TRACE(sample.name);
    const auto original = from_base64(sample.base64);
    ASSERT_TRUE(original);
    for (int round = 0; round < 40; ++round) {
      std::string bytes = *original;
      for (int i = 0; i < 3; ++i)
        bytes[random() % bytes.size()] = static_cast<char>(random() & 255);
      const auto rendered = render_one(bytes, kPlan);
      if (!rendered) EXPECT_FALSE(rendered.error().message.empty());
    }
  }
}

/// A PNG of 65535 x 65535 pixels, none of which is there.
std::string huge_png() {
  return "\x89PNG\r\n\x1a\n"s + test::png_chunk("IHDR", "\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0"s) +
         test::png_chunk("IDAT", "");
}

/// A JPEG of the same picture that claims to be 65500 x 65500.
std::string huge_jpeg() {
  std::string bytes = save(test::photograph(64, 48), ".jpg");
  const std::size_t frame = bytes.find("\xff\xc0");
  EXPECT_NE(frame, std::string::npos);
  bytes.replace(frame + 5, 4, "\xff\xdc\xff\xdc");
  return bytes;
}

/// A WebP header (lossless) of 16383 x 16383 pixels.
std::string huge_webp() {
  return "RIFF\x20\0\0\0WEBPVP8L\x14\0\0\0\x2f\xfe\xbf\xff\x0f"s + std::string(16, '\0');
}

TEST(Render, RefusesABombFromItsHeader) {
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"png of 65535 x 65535", huge_png()},
      {"gif with a huge canvas", "GIF89a\xff\xff\xff\xff\x80\0\0"s + "\0\0\0\xff\xff\xff"s +
                                     ",\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;"s},
      {"jpeg of 65500 x 65500", huge_jpeg()},
      {"webp of 16383 x 16383", huge_webp()},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto rendered = render_one(c.bytes, kPlan);
    ASSERT_FALSE(rendered);
    EXPECT_EQ(rendered.error().code, ErrorCode::too_large) << rendered.error().message;
  }
}

TEST(Render, KeepsItsLimitsFromBothSides) {
  const std::string source = save(test::photograph(60, 40), ".png");
  const auto size = static_cast<std::int64_t>(source.size());
  const auto one = render_one(source, kPlan);
  ASSERT_TRUE(one);
  const auto output_size = static_cast<std::int64_t>(one->outputs[0].bytes.size());
  const struct {
    const char* name;
    Limits limits;
    bool allowed;
  } cases[] = {
      {"bytes at the limit", {.source_bytes_max = size}, true},
      {"bytes over", {.source_bytes_max = size - 1}, false},
      {"pixels at the limit", {.source_pixels_max = 2400}, true},
      {"pixels over", {.source_pixels_max = 2399}, false},
      {"side at the limit", {.source_side_max = 60}, true},
      {"side over", {.source_side_max = 59}, false},
      {"result's pixels at the limit", {.output_pixels_max = 2400}, true},
      {"result's pixels over", {.output_pixels_max = 2399}, false},
      {"result's bytes at the limit", {.output_bytes_max = output_size}, true},
      {"result's bytes over", {.output_bytes_max = output_size - 1}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto rendered = render_one(source, kPlan, c.limits);
    EXPECT_EQ(rendered.has_value(), c.allowed);
    if (!rendered) EXPECT_EQ(rendered.error().code, ErrorCode::too_large);
  }
}

TEST(Render, CountsAllFramesOfAnAnimation) {
  VImage frames = test::photograph(40, 120).copy();
  frames.set(VIPS_META_PAGE_HEIGHT, 30);
  const std::string source = save(frames, ".gif");
  EXPECT_TRUE(render_one(source, kPlan, {.source_pixels_max = 4800}));
  const auto refused = render_one(source, kPlan, {.source_pixels_max = 4799});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
}

TEST(Render, RefusesWhatIsNoPicture) {
  const struct {
    const char* name;
    std::string bytes;
    ErrorCode code;
  } cases[] = {
      {"nothing", "", ErrorCode::unsupported},
      {"text", "Hello", ErrorCode::unsupported},
      {"a video", "\0\0\0\x18"s + "ftypisom\0\0\0\0isomavc1"s, ErrorCode::unsupported},
      {"jpeg signature alone", "\xff\xd8\xff\xe0"s, ErrorCode::damaged_input},
      {"png signature alone", "\x89PNG\r\n\x1a\n"s, ErrorCode::damaged_input},
      {"gif signature alone", "GIF89a", ErrorCode::damaged_input},
      {"heic brand alone", "\0\0\0\x18"s + "ftypheic\0\0\0\0mif1heic"s, ErrorCode::damaged_input},
      {"jpeg's first bytes, then text", "\xff\xd8\xff" + std::string(5000, 'x'),
       ErrorCode::damaged_input},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto rendered = render_one(c.bytes, kPlan);
    ASSERT_FALSE(rendered);
    EXPECT_EQ(rendered.error().code, c.code) << rendered.error().message;
  }
}

TEST(Render, NeedsAPlan) {
  const auto rendered = render({.bytes = as_bytes("GIF89a")}, {}, Limits{});
  ASSERT_FALSE(rendered);
  EXPECT_EQ(rendered.error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tintype::image
