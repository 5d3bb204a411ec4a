#include "base/text.h"

#include <gtest/gtest.h>

namespace tintype {
namespace {

TEST(Base64, AgreesWithRfc4648) {
  // https://www.rfc-editor.org/rfc/rfc4648#section-10
  const struct {
    const char* text;
    const char* base64;
    const char* base64url;
  } cases[] = {
      {"", "", ""},
      {"f", "Zg==", "Zg"},
      {"fo", "Zm8=", "Zm8"},
      {"foo", "Zm9v", "Zm9v"},
      {"foob", "Zm9vYg==", "Zm9vYg"},
      {"fooba", "Zm9vYmE=", "Zm9vYmE"},
      {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
      {"\xfb\xff\xfe", "+//+", "-__-"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.base64);
    EXPECT_EQ(to_base64(as_bytes(c.text)), c.base64);
    EXPECT_EQ(to_base64url(as_bytes(c.text)), c.base64url);
    EXPECT_EQ(*from_base64(c.base64), c.text);
    EXPECT_EQ(*from_base64url(c.base64url), c.text);
  }
}

TEST(Base64, SurvivesEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(*from_base64(to_base64(as_bytes(bytes))), bytes);
    EXPECT_EQ(*from_base64url(to_base64url(as_bytes(bytes))), bytes);
    EXPECT_EQ(*from_hex(to_hex(as_bytes(bytes))), bytes);
    bytes += static_cast<char>(i);
  }
}

TEST(FromBase64, Rejects) {
  const struct {
    const char* name;
    std::string text;
  } cases[] = {
      {"no padding", "Zg"},
      {"half a padding", "Zg="},
      {"too much padding", "Zg==="},
      {"only padding", "===="},
      {"padding inside", "Zg==Zg=="},
      {"padding in front", "==Zg"},
      {"an impossible length", "ZZZZZ"},
      {"stray bits", "Zh=="},
      {"stray bits in three", "Zm9="},
      {"the other alphabet", "-__-"},
      {"a space", "Zm 9"},
      {"a line end", "Zm9v\n"},
      {"a NUL", std::string("Zm9\0", 4)},
      {"a byte above 127", "Zm9\xc3"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto bytes = from_base64(c.text);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, ErrorCode::invalid_argument);
  }
}

TEST(FromBase64Url, Rejects) {
  for (const char* text : {"Zg==", "Z", "ZZZZZ", "Zh", "Zm9", "+//+", "Zm9v ", "Zm9v\n", "*"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(from_base64url(text));
  }
}

TEST(Hex, TakesEitherCaseAndGivesLower) {
  EXPECT_EQ(to_hex(as_bytes("\x01\xAB\xff")), "01abff");
  EXPECT_EQ(*from_hex("01aBFf"), "\x01\xab\xff");
  for (const char* text : {"0", "0g", "0x", " 1", "01 ", "-1"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(from_hex(text));
  }
}

TEST(PercentEncode, KeepsTheUnreserved) {
  // https://www.rfc-editor.org/rfc/rfc3986#section-2.3
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a b+c/d%*'()!"), "a%20b%2Bc%2Fd%25%2A%27%28%29%21");
  EXPECT_EQ(percent_encode("a/b c", Slash::keep), "a/b%20c");
  EXPECT_EQ(percent_encode("\u00fc\n"), "%C3%BC%0A");
  EXPECT_EQ(percent_encode(std::string_view("\0", 1)), "%00");
}

TEST(PercentDecode, ReversesEncoding) {
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  EXPECT_EQ(*percent_decode(percent_encode(every)), every);
  EXPECT_EQ(*percent_decode("%c3%BCa+b"), "\u00fca+b");
  for (const char* text : {"%", "%4", "a%", "a%4", "%zz", "%4g", "%%41", "% 41"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(percent_decode(text));
  }
}

TEST(IsUtf8, FollowsRfc3629) {
  const struct {
    const char* name;
    std::string text;
    bool valid;
  } cases[] = {
      {"empty", "", true},
      {"ASCII with NUL", std::string("a\0b", 3), true},
      {"two bytes, least", "\xc2\x80", true},
      {"three bytes, least", "\xe0\xa0\x80", true},
      {"before the surrogates", "\xed\x9f\xbf", true},
      {"four bytes, least", "\xf0\x90\x80\x80", true},
      {"the last point", "\xf4\x8f\xbf\xbf", true},
      {"a lone continuation", "\x80", false},
      {"overlong slash", "\xc0\xaf", false},
      {"overlong in three", "\xe0\x9f\xbf", false},
      {"overlong in four", "\xf0\x8f\xbf\xbf", false},
      {"a surrogate", "\xed\xa0\x80", false},
      {"beyond the last point", "\xf4\x90\x80\x80", false},
      {"five bytes", "\xf8\x88\x80\x80\x80", false},
      {"cut in two", "\xc3", false},
      {"cut in three", "\xe4\xb8", false},
      {"cut in four", "\xf0\x9f\x98", false},
      {"continued by ASCII", "\xc3(", false},
      {"never a byte", "\xff", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_utf8(c.text), c.valid);
  }
}

TEST(Split, KeepsEmptyParts) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("a,,b", ','), (Parts{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (Parts{""}));
  EXPECT_EQ(split(",", ','), (Parts{"", ""}));
}

TEST(Trim, TakesSpacesAndTabs) {
  EXPECT_EQ(trim(" \t a b\t "), "a b");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("a\n"), "a\n");
}

TEST(ToLower, KnowsAsciiAlone) {
  EXPECT_EQ(to_lower("Content-TYPE[\xc3\x9c"), "content-type[\xc3\x9c");
  EXPECT_TRUE(equals_ignoring_case("ETag", "etAG"));
  EXPECT_FALSE(equals_ignoring_case("ETag", "ETags"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
}

TEST(ParseInteger, TakesAllOrNothing) {
  EXPECT_EQ(parse_integer<int>("42"), 42);
  EXPECT_EQ(parse_integer<int>("-42"), -42);
  EXPECT_EQ(parse_integer<std::uint64_t>("18446744073709551615"), 18446744073709551615U);
  for (const char* text : {"", " 1", "1 ", "+1", "1.0", "0x1", "a", "18446744073709551616"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_integer<std::uint64_t>(text), std::nullopt);
  }
  EXPECT_EQ(parse_integer<unsigned>("-1"), std::nullopt);
  EXPECT_EQ(parse_integer<std::int8_t>("128"), std::nullopt);
}

}  // namespace
}  // namespace tintype
