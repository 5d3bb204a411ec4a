#include "edge/path.h"

#include <gtest/gtest.h>

namespace tintype::edge {
namespace {

constexpr const char* kHash = "0123456789abcdef0123456789abcdef";

TEST(ParsePath, ReadsAssets) {
  const struct {
    const char* name;
    std::string path;
    std::string key;
  } cases[] = {
      {"plain", "/avatars/demo/512/" + std::string(kHash) + ".jpg",
       "avatars/demo/512/" + std::string(kHash) + ".jpg"},
      {"an owner that is encoded in the key",
       "/avatars/auth0%257C1/512/" + std::string(kHash) + ".avif",
       "avatars/auth0%7C1/512/" + std::string(kHash) + ".avif"},
      {"an owner with a slash", "/avatars/a%252Fb/512/" + std::string(kHash) + ".webp",
       "avatars/a%2Fb/512/" + std::string(kHash) + ".webp"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto path = parse_path(c.path);
    ASSERT_TRUE(path);
    const auto& asset = std::get<AssetPath>(*path);
    EXPECT_EQ(asset.key.str(), c.key);
    EXPECT_EQ(asset.hash, kHash);
    EXPECT_EQ(bucket::asset_path(asset.key), c.path);
  }
}

TEST(ParsePath, ReadsAliases) {
  const struct {
    const char* name;
    std::string path;
    std::string owner;
    std::string variant;
    std::optional<image::Format> format;
  } cases[] = {
      {"negotiated", "/avatars/demo/512", "demo", "512", {}},
      {"jpg", "/avatars/demo/512.jpg", "demo", "512", image::Format::jpeg},
      {"jpeg", "/avatars/demo/512.jpeg", "demo", "512", image::Format::jpeg},
      {"avif", "/avatars/demo/512.avif", "demo", "512", image::Format::avif},
      {"a name with dots", "/avatars/andrew.brown/small.webp", "andrew.brown", "small",
       image::Format::webp},
      {"three dots are no dot segment", "/avatars/.../512", "...", "512", {}},
      {"encoded once", "/avatars/auth0%7C1/512.png", "auth0|1", "512", image::Format::png},
      {"UTF-8", "/avatars/%C3%A9mile/512", "\xc3\xa9mile", "512", {}},
      {"encoded without need", "/avatars/%64emo/512", "demo", "512", {}},
      {"encoded in small letters", "/avatars/auth0%7c1/512", "auth0|1", "512", {}},
      {"not encoded", "/avatars/auth0|1/512", "auth0|1", "512", {}},
      {"as encodeURIComponent does", "/avatars/o'neil!(x)*/512", "o'neil!(x)*", "512", {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto path = parse_path(c.path);
    ASSERT_TRUE(path);
    const auto& alias = std::get<AliasPath>(*path);
    EXPECT_EQ(alias.collection, "avatars");
    EXPECT_EQ(alias.owner.str(), c.owner);
    EXPECT_EQ(alias.variant, c.variant);
    EXPECT_EQ(alias.format, c.format);
  }
}

TEST(ParsePath, RefusesEverythingElse) {
  const std::string hash = kHash;
  const std::string long_owner(bucket::Owner::kSizeMax + 1, 'a');
  const struct {
    const char* name;
    std::string path;
  } cases[] = {
      {"empty", ""},
      {"root", "/"},
      {"no slash in front", "avatars/demo/512.jpg"},
      {"one part", "/avatars"},
      {"two parts", "/avatars/demo"},
      {"five parts", "/avatars/demo/512/x/" + hash + ".jpg"},
      {"slash at the end", "/avatars/demo/512/"},
      {"slash behind the file", "/avatars/demo/512.jpg/"},
      {"two slashes", "/avatars//512.jpg"},
      {"two slashes in front", "//avatars/demo/512.jpg"},
      {"no variant", "/avatars/demo/.jpg"},
      {"no extension behind the dot", "/avatars/demo/512."},
      {"two extensions", "/avatars/demo/512.jpg.webp"},
      {"an extension in capitals", "/avatars/demo/512.JPG"},
      {"a format that is no picture of ours", "/avatars/demo/512.svg"},
      {"capitals in the collection", "/Avatars/demo/512.jpg"},
      {"an encoded collection", "/%61vatars/demo/512.jpg"},
      {"an encoded variant", "/avatars/demo/%3512.jpg"},
      {"an owner over the limit", "/avatars/" + long_owner + "/512.jpg"},
      {"dot segment", "/avatars/./512.jpg"},
      {"dot segments", "/avatars/../512.jpg"},
      {"encoded dot segment", "/avatars/%2E/512.jpg"},
      {"encoded dot segments", "/avatars/%2E%2E/512.jpg"},
      {"encoded slash", "/avatars/a%2Fb/512.jpg"},
      {"encoded slash in small letters", "/avatars/a%2fb/512.jpg"},
      {"the way out, encoded", "/avatars/..%2F..%2Fetc/512.jpg"},
      {"encoded slash in front", "/avatars%2Fdemo/512.jpg"},
      {"encoded backslash", "/avatars/..%5C..%5Cetc/512.jpg"},
      {"NUL", "/avatars/demo%00/512.jpg"},
      {"a NUL itself", std::string("/avatars/de\0mo/512.jpg", 22)},
      {"newline", "/avatars/demo%0A/512.jpg"},
      {"overlong slash", "/avatars/a%C0%AFb/512.jpg"},
      {"not UTF-8", "/avatars/%FF/512.jpg"},
      {"a cut encoding", "/avatars/demo%2/512.jpg"},
      {"no hexadecimal", "/avatars/demo%GG/512.jpg"},
      {"asset: hash too short", "/avatars/demo/512/0123.jpg"},
      {"asset: hash in capitals", "/avatars/demo/512/0123456789ABCDEF0123456789ABCDEF.jpg"},
      {"asset: no extension", "/avatars/demo/512/" + hash},
      {"asset: no picture", "/avatars/demo/512/" + hash + ".html"},
      {"asset: encoded without need", "/avatars/%64emo/512/" + hash + ".jpg"},
      {"asset: owner encoded once", "/avatars/auth0%7C1/512/" + hash + ".jpg"},
      {"asset: dot segments", "/avatars/../512/" + hash + ".jpg"},
      {"asset: encoded slash between parts", "/avatars%2Fdemo/512/x/" + hash + ".jpg"},
      {"asset: variant is no name", "/avatars/demo/5 12/" + hash + ".jpg"},
      {"asset: cut encoding", "/avatars/demo%/512/" + hash + ".jpg"},
      {"very long", "/avatars/" + std::string(100'000, '/')},
      {"very long parts", "/avatars/" + std::string(100'000, 'a') + "/512/" + hash + ".jpg"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(parse_path(c.path));
  }
}

}  // namespace
}  // namespace tintype::edge
