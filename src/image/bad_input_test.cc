// Files that lie or break off, on the fast path: a precise error, never a half picture.
#include <gtest/gtest.h>

#include "image/test_scenes.h"

namespace tintype::image {
namespace {

using namespace std::string_literals;
using test::draw_image;
using test::draw_jpeg;
using test::Landscape;
using test::render_one;
using test::save;

const Plan kPlan = {.width = 20, .format = Format::png};
constexpr Size kSize = {160, 120};

TEST(RenderBadInput, ACutFileIsDamagedWhereverItIsCut) {
  const auto scene = Landscape(kSize);
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"baseline", draw_jpeg({.size = kSize}, scene)},
      {"progressive", draw_jpeg({.size = kSize, .progressive = true}, scene)},
      {"grey", draw_jpeg({.size = kSize, .sampling = {0, 0}}, scene)},
      {"webp", save(draw_image(kSize, scene), ".webp")},
      {"avif", save(draw_image(kSize, scene), ".avif[effort=0]")},
  };
  constexpr std::size_t kSniffed = 32;  // With less it may be anything.
  for (const auto& c : cases) {
    // Of a crop, too: what is not decoded still has to be there.
    for (const Plan& plan : {kPlan, Plan{.width = 8, .height = 60, .format = Format::png}}) {
      const auto whole = render_one(c.bytes, plan);
      ASSERT_TRUE(whole) << c.name << ": " << whole.error().message;
      const std::size_t step = std::max<std::size_t>(c.bytes.size() / 97, 1);
      for (std::size_t size = kSniffed; size < c.bytes.size(); size += step) {
        SCOPED_TRACE(c.name + (", " + std::to_string(size)) + " bytes of " +
                     std::to_string(c.bytes.size()));
        const auto rendered = render_one(c.bytes.substr(0, size), plan);
        if (rendered) {
          EXPECT_STREQ(c.name, "avif");  // What stands behind its pixels, EXIF say, may be missing.
          EXPECT_EQ(rendered->outputs[0].bytes, whole->outputs[0].bytes);
          continue;
        }
        EXPECT_EQ(rendered.error().code, ErrorCode::damaged_input) << rendered.error().message;
      }
    }
  }
}

TEST(RenderBadInput, LiesAreFoundOut) {
  const auto scene = Landscape(kSize);
  const std::string jpeg = draw_jpeg({.size = kSize}, scene);
  const std::string webp = save(draw_image(kSize, scene), ".webp");
  const std::string png = save(draw_image(kSize, scene), ".png");
  const auto with_size = [&](const std::string& size) {
    std::string file = jpeg;
    return file.replace(file.find("\xff\xc0") + 5, 4, size);
  };
  std::string no_webp = webp;
  no_webp.replace(26, 4, 4, '\0');  // Width and height: RFC 6386, 9.1.
  std::string no_png = png;
  no_png.replace(0, 33,
                 png.substr(0, 8) + test::png_chunk("IHDR", "\0\0\0\0\0\0\0\x78\x08\2\0\0\0"s));
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"png behind a jpeg's first bytes", "\xff\xd8\xff\xe0" + png},
      {"jpeg in a webp's container", webp.substr(0, 12) + jpeg},
      {"webp behind a png's signature", png.substr(0, 8) + webp},
      {"jpeg without width", with_size("\0\x78\0\0"s)},
      {"jpeg without height", with_size("\0\0\0\xa0"s)},
      {"jpeg of nothing", with_size("\0\0\0\0"s)},
      {"webp of nothing", no_webp},
      {"png without width", no_png},
      {"jpeg that says it is larger", with_size("\x01\0\x01\0"s)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto rendered = render_one(c.bytes, kPlan);
    ASSERT_FALSE(rendered);
    EXPECT_EQ(rendered.error().code, ErrorCode::damaged_input) << rendered.error().message;
  }
}

TEST(RenderBadInput, ContentDecidesWhatAFileIs) {
  const auto scene = Landscape(kSize);
  const struct {
    const char* type;
    std::string bytes;
  } cases[] = {{"image/jpeg", draw_jpeg({.size = kSize}, scene)},
               {"image/webp", save(draw_image(kSize, scene), ".webp")},
               {"image/avif", save(draw_image(kSize, scene), ".avif[effort=0]")},
               {"image/png", save(draw_image(kSize, scene), ".png")}};
  for (const auto& c : cases) {
    const auto rendered = render_one(c.bytes, kPlan);
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_EQ(rendered->source_type, c.type);
  }
}

TEST(RenderBadInput, ExifThatMakesNoSenseTurnsNothing) {
  const std::string plain = draw_jpeg({.size = kSize}, Landscape(kSize));
  const auto expected = render_one(plain, kPlan);
  ASSERT_TRUE(expected);
  const std::string entry = "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"s;
  const struct {
    const char* name;
    std::string exif;
  } cases[] = {
      {"nothing", ""},
      {"no byte order", "XX\0*\0\0\0\x08\0\x01"s + entry},
      {"byte order alone", "MM"},
      {"another number", "MM\0+\0\0\0\x08\0\x01"s + entry},
      {"orientation 0", "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0"s},
      {"orientation 9", "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0\0\0\0\0"s},
      {"of another type", "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x01\0\x06\0\0\0\0\0\0"s},
      {"two of them", "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x02\0\x06\0\x06\0\0\0\0"s},
      {"directory at itself", "MM\0*\0\0\0\x04\0\x01"s + entry},
      {"directory behind the end", "MM\0*\xff\xff\xff\xf0\0\x01"s + entry},
      {"next directory is this one", "MM\0*\0\0\0\x08\0\0\0\0\0\x08"s},
      {"65535 entries", "MM\0*\0\0\0\x08\xff\xff"s + std::string(24, '\0')},
      {"noise", std::string(3000, '\xc3')},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string content = "Exif\0\0"s + c.exif;
    const auto size = content.size() + 2;
    std::string file = plain;
    file.insert(
        2, "\xff\xe1"s + static_cast<char>(size >> 8) + static_cast<char>(size & 255) + content);
    const auto rendered = render_one(file, kPlan);
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_EQ(rendered->outputs[0].bytes, expected->outputs[0].bytes);
  }
}

}  // namespace
}  // namespace tintype::image
