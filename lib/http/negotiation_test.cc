#include <gtest/gtest.h>

#include "http/message.h"

namespace tintype::http {
namespace {

TEST(HttpAccept, WeighsByTheMostSpecificRange) {
  // RFC 9110, 12.5.1, the example with text/plain;format=flowed left out: parameters make no
  // difference here.
  constexpr std::string_view kRfc = "text/*;q=0.3, text/plain;q=0.7, */*;q=0.5";
  const struct {
    const char* name;
    std::optional<std::string_view> header;
    std::string_view type;
    int quality;
  } cases[] = {
      {"absent", std::nullopt, "image/webp", 1000},
      {"empty", " ", "image/webp", 1000},
      {"rfc exact", kRfc, "text/plain", 700},
      {"rfc type", kRfc, "text/html", 300},
      {"rfc any", kRfc, "image/jpeg", 500},
      {"case", "IMAGE/WEBP", "image/webp", 1000},
      {"chrome", "image/avif,image/webp,image/apng,*/*;q=0.8", "image/avif", 1000},
      {"chrome jpeg", "image/avif,image/webp,image/apng,*/*;q=0.8", "image/jpeg", 800},
      {"three digits", "a/b;q=0.123", "a/b", 123},
      {"one", "a/b;q=1.000", "a/b", 1000},
      {"another parameter", "application/json; charset=utf-8", "application/json", 1000},
      {"parameter before", "a/b; charset=utf-8 ; q=0.5", "a/b", 500},
      {"better of two", "a/b;q=0.2, a/b;q=0.4", "a/b", 400},
      {"not listed", "image/webp", "image/avif", 0},
      {"refused", "image/avif;q=0, */*", "image/avif", 0},
      {"exact refuses, any order", "*/*, image/avif;q=0", "image/avif", 0},
      {"over one", "a/b;q=1.5", "a/b", 0},
      {"no number", "a/b;q=high", "a/b", 0},
      {"negative", "a/b;q=-1", "a/b", 0},
      {"too long", "a/b;q=0.1234", "a/b", 0},
      {"no comma", "a/b c/d", "a/b", 0},
      {"prefix of a type", "imag/*", "image/webp", 0},
      {"half a star", "*/webp", "image/webp", 0},
      {"commas only", ",,,", "image/webp", 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(accept_quality(c.header, c.type), c.quality);
  }
}

TEST(HttpEtag, IsListedByWeakComparison) {
  const struct {
    const char* name;
    std::string_view header;
    bool listed;
  } cases[] = {
      {"same", R"("abc")", true},
      {"weak", R"(W/"abc")", true},
      {"second", R"("x", "abc")", true},
      {"any", " * ", true},
      {"without quotes", "abc", true},
      {"behind a comma in quotes", R"("a,b", "abc")", true},
      {"other", R"("abd")", false},
      {"prefix", R"("ab")", false},
      {"empty", "", false},
      {"inside a comma tag", R"("x,abc,y")", false},
      {"star in a list", R"("x", *)", false},
      {"open quote", R"("abc)", false},
      {"commas", ",,", false},
      {"weak in lower case", R"(w/"abc")", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(etag_listed(c.header, R"("abc")"), c.listed);
  }
  EXPECT_TRUE(etag_listed(R"("abc")", R"(W/"abc")"));
}

TEST(HttpRange, ResolvesASingleRange) {
  const struct {
    const char* name;
    std::string_view header;
    std::uint64_t size;
    std::uint64_t offset_expected;
    std::uint64_t size_expected;
  } cases[] = {
      {"first 500", "bytes=0-499", 10000, 0, 500},
      {"second 500", "bytes=500-999", 10000, 500, 500},
      {"last 500", "bytes=-500", 10000, 9500, 500},
      {"from 9500", "bytes=9500-", 10000, 9500, 500},
      {"one byte", "bytes=0-0", 1, 0, 1},
      {"end beyond", "bytes=5-99", 10, 5, 5},
      {"suffix beyond", "bytes=-99", 10, 0, 10},
      {"case", "Bytes=0-1", 10, 0, 2},
      {"end beyond 64 bits", "bytes=1-99999999999999999999999", 10, 1, 9},
      {"suffix beyond 64 bits", "bytes=-99999999999999999999999", 10, 0, 10},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto range = parse_range(c.header, c.size);
    ASSERT_TRUE(range);
    ASSERT_TRUE(*range);
    EXPECT_EQ((*range)->offset, c.offset_expected);
    EXPECT_EQ((*range)->size, c.size_expected);
  }
}

TEST(HttpRange, IgnoresWhatItDoesNotUnderstand) {
  for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=5-4",
                             "bytes=0-1,3-4", "bytes=--1", "bytes=+1-2", "bytes=1-2-3",
                             "bytes=0x1-2", "lines=1-2", "bytes 1-2", "bytes=1 - 2", "bytes:1-2"}) {
    SCOPED_TRACE(header);
    const auto range = parse_range(header, 10);
    ASSERT_TRUE(range);
    EXPECT_FALSE(*range);
  }
}

TEST(HttpRange, SaysWhatCannotBeSatisfied) {
  const struct {
    std::string_view header;
    std::uint64_t size;
  } cases[] = {{"bytes=10-", 10},
               {"bytes=10-20", 10},
               {"bytes=-0", 10},
               {"bytes=0-", 0},
               {"bytes=-1", 0},
               {"bytes=0-0", 0},
               {"bytes=99999999999999999999999-", 10}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.header);
    const auto range = parse_range(c.header, c.size);
    ASSERT_FALSE(range);
    EXPECT_EQ(range.error().code, ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace tintype::http
