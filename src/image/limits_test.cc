// Every limit from both sides, on both ways a picture can take, and before anything is decoded.
#include "image/limits.h"

#include <gtest/gtest.h>

#include "image/test_scenes.h"

namespace tintype::image {
namespace {

using namespace std::string_literals;
using test::render_one;
using test::save;

const Plan kPlan = {.width = 30, .format = Format::png};

std::string big_endian(int value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 255)};
}

/// A header and the first bytes of a scan; what decodes it finds nothing.
std::string jpeg_without_data(int width, int height) {
  std::string file = test::draw_jpeg({.size = {16, 16}}, test::Landscape({16, 16}));
  file.replace(file.find("\xff\xc0") + 5, 4, big_endian(height) + big_endian(width));
  constexpr std::size_t kScanHeader = 14;  // Marker, length, three components.
  return file.substr(0, file.find("\xff\xda") + kScanHeader);
}

std::string png_without_data(int width, int height) {
  return "\x89PNG\r\n\x1a\n"s +
         test::png_chunk("IHDR", "\0\0"s + big_endian(width) + "\0\0"s + big_endian(height) +
                                     "\x08\x02\0\0\0"s) +
         test::png_chunk("IDAT", "");
}

TEST(Limits, HoldBeforeAnythingIsDecoded) {
  const struct {
    const char* name;
    Limits limits;
    Plan plan;
    const char* refused;  ///< What the message says; null: the limit allows it.
  } cases[] = {
      {"pixels at the limit", {.source_pixels_max = 2400}, kPlan, nullptr},
      {"pixels over", {.source_pixels_max = 2399}, kPlan, "source has 2400 pixels: at most 2399"},
      {"side at the limit", {.source_side_max = 60}, kPlan, nullptr},
      {"side over", {.source_side_max = 59}, kPlan, "source has 60 pixels on a side: at most 59"},
      {"result at the limit", {.output_pixels_max = 600}, kPlan, nullptr},
      {"result over", {.output_pixels_max = 599}, kPlan, "result of 600 pixels: at most 599"},
      {"what is cropped counts",
       {.output_pixels_max = 999},
       {.width = 20, .height = 26},
       "result of 1014 pixels: at most 999"},
      {"what is enlarged counts",
       {.output_pixels_max = 9599},
       {.width = 120, .enlarge = true},
       "result of 9600 pixels: at most 9599"},
      {"widest WebP", {}, {.width = 16'383, .format = Format::webp, .enlarge = true}, "pixels"},
      {"one side too wide for WebP",
       {.output_pixels_max = 1'000'000'000},
       {.width = 16'384, .format = Format::webp, .enlarge = true},
       "sides of webp have at most 16383"},
  };
  for (const auto& c : cases) {
    for (const std::string& source : {jpeg_without_data(60, 40), png_without_data(60, 40)}) {
      SCOPED_TRACE(std::string(c.name) + source.substr(1, 3));
      const auto rendered = render_one(source, c.plan, c.limits);
      ASSERT_FALSE(rendered);
      if (c.refused == nullptr) {  // So it was decoded, and there was nothing.
        EXPECT_EQ(rendered.error().code, ErrorCode::damaged_input) << rendered.error().message;
        continue;
      }
      EXPECT_EQ(rendered.error().code, ErrorCode::too_large);
      EXPECT_NE(rendered.error().message.find(c.refused), std::string::npos)
          << rendered.error().message;
    }
  }
}

TEST(Limits, OfBytesHoldFromBothSides) {
  const auto scene = test::Landscape({60, 40});
  for (const std::string& source :
       {test::draw_jpeg({.size = {60, 40}}, scene), save(test::draw_image({60, 40}, scene), ".png"),
        save(test::draw_image({60, 40}, scene), ".webp"),
        save(test::draw_image({60, 40}, scene), ".avif")}) {
    const auto size = static_cast<std::int64_t>(source.size());
    EXPECT_TRUE(render_one(source, kPlan, {.source_bytes_max = size}));
    const auto refused = render_one(source, kPlan, {.source_bytes_max = size - 1});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
    EXPECT_NE(refused.error().message.find("source has"), std::string::npos);
    EXPECT_TRUE(render_one(source, kPlan, {.source_pixels_max = 2400, .source_side_max = 60}));
    EXPECT_FALSE(render_one(source, kPlan, {.source_pixels_max = 2399}));
    EXPECT_FALSE(render_one(source, kPlan, {.source_side_max = 59}));
  }
}

TEST(Limits, OfResultsHoldFromBothSides) {
  const auto scene = test::Landscape({60, 40});
  const std::string sources[] = {test::draw_jpeg({.size = {60, 40}}, scene),
                                 save(test::draw_image({60, 40}, scene), ".png")};
  for (const std::string& source : sources) {
    for (const Format format : {Format::jpeg, Format::webp, Format::avif, Format::png}) {
      for (const Mode mode : {Mode::fast, Mode::best}) {
        const Plan plan = {.width = 30, .format = format, .mode = mode};
        SCOPED_TRACE(to_string(plan) + source.substr(1, 3));
        const auto one = render_one(source, plan);
        ASSERT_TRUE(one) << one.error().message;
        const auto size = static_cast<std::int64_t>(one->outputs[0].bytes.size());
        EXPECT_TRUE(render_one(source, plan, {.output_bytes_max = size}));
        const auto refused = render_one(source, plan, {.output_bytes_max = size - 1});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::too_large);
        EXPECT_NE(refused.error().message.find(std::to_string(size - 1)), std::string::npos)
            << refused.error().message;
      }
    }
  }
}

TEST(Limits, OfTheFormatsRefuseTheLargestHeaders) {
  for (const std::string& source :
       {jpeg_without_data(65'500, 65'500), jpeg_without_data(65'535, 65'535),
        png_without_data(65'535, 65'535), jpeg_without_data(65'535, 1'526)}) {
    const auto rendered = render_one(source, kPlan);
    ASSERT_FALSE(rendered);
    EXPECT_EQ(rendered.error().code, ErrorCode::too_large) << rendered.error().message;
  }
}

TEST(CheckSourceSize, DoesNotOverflow) {
  const struct {
    const char* name;
    std::int64_t width;
    std::int64_t height;
    std::int64_t frames;
    bool allowed;
  } cases[] = {
      {"one", 1, 1, 1, true},
      {"at the limit", 10'000, 10'000, 1, true},
      {"one column more", 10'001, 10'000, 1, false},
      {"frames at the limit", 1'000, 1'000, 100, true},
      {"one frame more", 1'000, 1'000, 101, false},
      {"a side too long", 65'536, 1, 1, false},
      {"a height too long", 1, 65'536, 1, false},
      {"largest that an int can say", 2'147'483'647, 2'147'483'647, 2'147'483'647, false},
      {"many frames of one pixel", 1, 1, 9'223'372'036'854'775'807, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(check_source_size(c.width, c.height, c.frames, {}).has_value(), c.allowed);
  }
}

}  // namespace
}  // namespace tintype::image
