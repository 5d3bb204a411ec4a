#include "image/general/webp_container.h"

#include <gtest/gtest.h>

namespace tintype::image {
namespace {

using namespace std::string_literals;

std::string file(const std::string& chunks) {
  const auto size = static_cast<char>(chunks.size() + 4);
  return "RIFF"s + size + "\0\0\0WEBP"s + chunks;
}

const std::string kExtended = "VP8X\x0a\0\0\0\x2c\0\0\0\x0f\0\0\x0f\0\0"s;  // ICC, EXIF, XMP.
const std::string kExtendedAlpha = "VP8X\x0a\0\0\0\x3c\0\0\0\x0f\0\0\x0f\0\0"s;
const std::string kProfile = "ICCP\x03\0\0\0abc\0"s;
const std::string kExif = "EXIF\x02\0\0\0xy"s;
const std::string kXmp = "XMP \x01\0\0\0x\0"s;
const std::string kAlpha = "ALPH\x02\0\0\0aa"s;
const std::string kLossy = "VP8 \x05\0\0\0image\0"s;

TEST(StripWebp, KeepsThePictureAlone) {
  const struct {
    const char* name;
    std::string before;
    std::string after;
  } cases[] = {
      {"simple", kLossy, kLossy},
      {"extended for nothing", kExtended + kLossy, kLossy},
      {"all metadata", kExtended + kProfile + kLossy + kExif + kXmp, kLossy},
      {"alpha needs the extended form", kExtendedAlpha + kProfile + kAlpha + kLossy + kExif,
       "VP8X\x0a\0\0\0\x10\0\0\0\x0f\0\0\x0f\0\0"s + kAlpha + kLossy},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(strip_webp(file(c.before)), file(c.after));
  }
}

}  // namespace
}  // namespace tintype::image
