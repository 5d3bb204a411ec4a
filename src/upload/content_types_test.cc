#include "upload/content_types.h"

#include <gtest/gtest.h>

namespace tintype::upload {
namespace {

TEST(ContentTypes, AreReadFromExtensionsOfAnyCase) {
  EXPECT_EQ(content_type_of("jpg"), "image/jpeg");
  EXPECT_EQ(content_type_of("JPEG"), "image/jpeg");
  EXPECT_EQ(content_type_of("HeIc"), "image/heic");
  EXPECT_EQ(extension_of("image/jpeg"), "jpg");
  EXPECT_EQ(extension_of("IMAGE/PNG"), "png");
}

TEST(ContentTypes, AreAClosedList) {
  for (const char* extension : {"", ".jpg", "jpg ", "a/VICTIM.jpg", "../jpg", "svg", "html", "exe",
                                "jpg.exe", "jpg%2f", "image/jpeg"}) {
    SCOPED_TRACE(extension);
    EXPECT_FALSE(content_type_of(extension));
  }
  EXPECT_FALSE(content_type_of(std::string_view("jpg\0", 4)));
  for (const char* type : {"", "image/", "image/*", "*/*", "image/svg+xml", "text/html",
                           "image/jpeg; charset=utf-8", "image/jpeg ", "image/jpg"}) {
    SCOPED_TRACE(type);
    EXPECT_FALSE(extension_of(type));
  }
}

TEST(ContentTypes, ComeBackFromTheirExtension) {
  for (const char* type : {"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif",
                           "image/avif", "image/gif", "image/tiff"})
    EXPECT_EQ(content_type_of(extension_of(type).value_or("")), type);
}

}  // namespace
}  // namespace tintype::upload
