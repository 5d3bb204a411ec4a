#include "bucket/name.h"

#include <gtest/gtest.h>

namespace tintype::bucket {
namespace {

TEST(BucketNameParse, AcceptsWhatAwsAllows) {
  for (const std::string text :
       {"abc", "my-bucket", "my.bucket.1", "0-9", "192.168.5", "1.2.3.4.5", "1.2.3.x"}) {
    SCOPED_TRACE(text);
    const auto bucket = BucketName::parse(text);
    ASSERT_TRUE(bucket);
    EXPECT_EQ(bucket->str(), text);
  }
  EXPECT_TRUE(BucketName::parse(std::string(63, 'b')));
}

TEST(BucketNameParse, RejectsEverythingElse) {
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"too short", "ab"},
      {"too long", std::string(64, 'b')},
      {"upper case", "Bucket"},
      {"underscore", "my_bucket"},
      {"slash", "my/bucket"},
      {"space", "my bucket"},
      {"NUL", std::string("my\0bucket", 9)},
      {"not ASCII",
       "b\xc3\xbc"
       "cket"},
      {"begins with a hyphen", "-bucket"},
      {"ends with a hyphen", "bucket-"},
      {"begins with a dot", ".bucket"},
      {"ends with a dot", "bucket."},
      {"two dots", "my..bucket"},
      {"dots only", "..."},
      {"IPv4", "192.168.5.4"},
      {"IPv4 out of range", "999.999.999.999"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto bucket = BucketName::parse(c.text);
    ASSERT_FALSE(bucket);
    EXPECT_EQ(bucket.error().code, ErrorCode::invalid_argument);
  }
}

TEST(KeyParse, KeepsUglyKeysAsTheyAre) {
  for (const std::string text :
       {"a", "a b", "..", "../../etc/passwd", "//", "/a", "a/", "a//b", "%2F", "a+b", "\x01\x02",
        "\n", "\xc3\xbc/\xf0\x9f\x90\x88", "\xef\xbf\xbf"}) {
    SCOPED_TRACE(text);
    const auto key = Key::parse(text);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->str(), text);
  }
  EXPECT_TRUE(Key::parse(std::string(Key::kSizeMax, 'k')));
}

TEST(KeyParse, RejectsWithTheRightCode) {
  const struct {
    const char* name;
    std::string text;
    ErrorCode code;
  } cases[] = {
      {"empty", "", ErrorCode::invalid_argument},
      {"NUL", std::string("a\0b", 3), ErrorCode::invalid_argument},
      {"cut in a character", "\xf0\x9f\x90", ErrorCode::invalid_argument},
      {"overlong slash", "\xc0\xaf", ErrorCode::invalid_argument},
      {"surrogate", "\xed\xa0\x80", ErrorCode::invalid_argument},
      {"beyond U+10FFFF", "\xf4\x90\x80\x80", ErrorCode::invalid_argument},
      {"Latin-1", "caf\xe9", ErrorCode::invalid_argument},
      {"one byte too long", std::string(Key::kSizeMax + 1, 'k'), ErrorCode::too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto key = Key::parse(c.text);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, c.code);
  }
}

}  // namespace
}  // namespace tintype::bucket
