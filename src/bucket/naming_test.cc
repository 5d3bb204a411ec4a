#include "bucket/naming.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace tintype::bucket {
namespace {

constexpr std::string_view kHash = "0123456789abcdef0123456789abcdef";

Key key_of(std::string_view text) { return *Key::parse(text); }

TEST(OwnerParse, RejectsWhatNoTokenShouldName) {
  const struct {
    const char* name;
    std::string sub;
  } cases[] = {
      {"empty", ""},
      {"too long", std::string(Owner::kSizeMax + 1, 'o')},
      {"NUL", std::string("a\0b", 3)},
      {"new line", "a\nb"},
      {"delete", "a\x7f"},
      {"not UTF-8", "\xff"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto owner = Owner::parse(c.sub);
    ASSERT_FALSE(owner);
    EXPECT_EQ(owner.error().code, ErrorCode::invalid_argument);
  }
}

TEST(OwnerSegment, IsOneSegmentAndComesBack) {
  const struct {
    const char* sub;
    const char* segment;
  } cases[] = {
      {"user-1", "user-1"},
      {"auth0|42", "auth0%7C42"},
      {"a@b.example", "a%40b.example"},
      {"../victim", "..%2Fvictim"},
      {"a/VICTIM", "a%2FVICTIM"},
      {".", "%2E"},
      {"..", "%2E%2E"},
      {"...", "..."},
      {"%2F", "%252F"},
      {"a b+c", "a%20b%2Bc"},
      {"\xc3\xbc", "%C3%BC"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.sub);
    const auto owner = Owner::parse(c.sub);
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->segment(), c.segment);
    const auto again = Owner::from_segment(c.segment);
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, *owner);
  }
}

TEST(OwnerFromSegment, RefusesASecondSpelling) {
  for (const char* segment : {"", ".", "..", "%61", "a%2fb", "a b", "a|b", "a%", "%00", "\xc3\xbc"})
    EXPECT_FALSE(Owner::from_segment(segment)) << segment;
}

TEST(PlainName, IsLowerCaseAndBounded) {
  for (const char* name : {"a", "avatars", "512", "2x", "a_b-c"})
    EXPECT_TRUE(is_plain_name(name)) << name;
  EXPECT_TRUE(is_plain_name(std::string(64, 'n')));
  for (const char* name : {"", "_a", "-a", "A", "a/b", "a.b", "a b", "..", "\xc3\xbc"})
    EXPECT_FALSE(is_plain_name(name)) << name;
  EXPECT_FALSE(is_plain_name(std::string(65, 'n')));
}

TEST(UploadKey, ComesBackAsItsParts) {
  for (const std::string& sub : {std::string("user-1"), std::string(".."), std::string("a/b|c"),
                                 std::string(Owner::kSizeMax, '/')}) {
    SCOPED_TRACE(sub);
    const auto owner = Owner::parse(sub);
    ASSERT_TRUE(owner);

    const Key key = upload_key("avatars", *owner, "01hx", "jpg");

    const auto place = parse_upload_key(key);
    ASSERT_TRUE(place);
    EXPECT_EQ(place->collection, "avatars");
    EXPECT_EQ(place->owner, *owner);
    EXPECT_EQ(place->upload_id, "01hx");
  }
  EXPECT_EQ(upload_key("avatars", *Owner::parse("a|b"), "01hx", "jpg").str(),
            "avatars/a%7Cb/01hx.jpg");
}

TEST(UploadKey, IsNotReadFromOtherKeys) {
  for (const char* key :
       {"avatars", "avatars/u", "avatars/u/", "avatars/u/x", "avatars/u/.jpg", "avatars/u/x.",
        "avatars/u/x.y.jpg", "avatars/u/x.JPG", "avatars//x.jpg", "/u/x.jpg", "Avatars/u/x.jpg",
        "avatars/u/v/x.jpg", "avatars/../x.jpg", "avatars/a|b/x.jpg", "avatars/u/x.toolongext"})
    EXPECT_FALSE(parse_upload_key(key_of(key))) << key;
}

TEST(AssetKey, ComesBackAsItsParts) {
  const auto owner = Owner::parse("google-oauth2|117");
  ASSERT_TRUE(owner);

  const Key key = asset_key("avatars", *owner, "512", kHash, "webp");

  EXPECT_EQ(key.str(), "avatars/google-oauth2%7C117/512/0123456789abcdef0123456789abcdef.webp");
  const auto place = parse_asset_key(key);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->collection, "avatars");
  EXPECT_EQ(place->owner, *owner);
  EXPECT_EQ(place->variant, "512");
  EXPECT_EQ(place->hash, kHash);
  EXPECT_EQ(place->extension, "webp");
}

TEST(AssetKey, IsNotReadFromOtherKeys) {
  const std::string hash(kHash);
  for (const auto& key : std::vector<std::string>{
           "avatars/u/" + hash + ".jpg", "avatars/u/512/" + hash, "avatars/u/512/" + hash + "0.jpg",
           "avatars/u/512/" + hash.substr(1) + ".jpg",
           "avatars/u/512/0123456789ABCDEF0123456789abcdef.jpg", "avatars/u/5 2/" + hash + ".jpg",
           "avatars/u//" + hash + ".jpg", "avatars/u/512/x/" + hash + ".jpg"})
    EXPECT_FALSE(parse_asset_key(key_of(key))) << key;
}

TEST(AssetPath, DecodesToTheKey) {
  const Key key = asset_key("avatars", *Owner::parse("a|b"), "512", kHash, "jpg");

  const std::string path = asset_path(key);

  EXPECT_EQ(path, "/avatars/a%257Cb/512/0123456789abcdef0123456789abcdef.jpg");
  EXPECT_EQ(percent_decode(path.substr(1)), key.str());
}

}  // namespace
}  // namespace tintype::bucket
