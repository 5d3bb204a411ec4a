#include "gateway/route_table.h"

#include <gtest/gtest.h>

namespace tintype::gateway {
namespace {

using Segments = std::vector<std::string>;

TEST(PathSegments, AreDecoded) {
  const struct {
    const char* path;
    Segments segments;
  } cases[] = {
      {"/", {""}},
      {"/a", {"a"}},
      {"/a/", {"a", ""}},
      {"/a//b", {"a", "", "b"}},
      {"/a%20b/%C3%A9", {"a b", "\xc3\xa9"}},
      {"/a+b", {"a+b"}},
      {"/...", {"..."}},
      {"/.well-known/x", {".well-known", "x"}},
      {"/%252F", {"%2F"}},  // Decoded once, and never again.
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.path);
    const auto segments = path_segments(c.path);
    ASSERT_TRUE(segments);
    EXPECT_EQ(*segments, c.segments);
  }
}

TEST(PathSegments, RefusesWhatOthersReadDifferently) {
  for (const char* path :
       {"",       "a",     "*",         "http://x/a", "/.",     "/..",      "/a/../b",
        "/a/./b", "/a/..", "/%2e%2e/a", "/.%2E",      "/%2e",   "/a%2Fb",   "/a%2fb",
        "/%",     "/%2",   "/a\\b",     "/a%5Cb",     "/..;/a", "/a;x=1/b", "/a%3Bb",
        "/%zz",   "/%00",  "/a%0d%0ab", "/%7f",       "/%ff",   "/%c0%af"}) {
    SCOPED_TRACE(path);
    const auto segments = path_segments(path);
    ASSERT_FALSE(segments);
    EXPECT_EQ(segments.error().code, ErrorCode::invalid_argument);
  }
}

TEST(PatternParse, RefusesWhatIsMalformed) {
  for (const char* pattern :
       {"",       "a",      "//",   "/a/",    "/a//b", "/{",          "/{}",
        "/{+}",   "/{a",    "/a}",  "/{a}b",  "/a{b}", "/{proxy+}/a", "/{a}/{a}",
        "/{a b}", "/{a-b}", "/a?b", "/a%20b", "/../a", "/."}) {
    SCOPED_TRACE(pattern);
    const auto parsed = Pattern::parse(pattern);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_argument);
  }
}

TEST(PatternMatch, IsByWholeSegments) {
  using Found = std::map<std::string, std::string>;
  const struct {
    const char* name;
    const char* pattern;
    Segments segments;
    bool matches;
    Found parameters;
  } cases[] = {
      {"root", "/", {""}, true, {}},
      {"root is not all", "/", {"a"}, false, {}},
      {"text", "/a/b", {"a", "b"}, true, {}},
      {"another case", "/a/b", {"a", "B"}, false, {}},
      {"too short", "/a/b", {"a"}, false, {}},
      {"too long", "/a/b", {"a", "b", "c"}, false, {}},
      {"a slash at the end", "/a/b", {"a", "b", ""}, false, {}},
      {"a prefix of a segment", "/a/b", {"a", "bc"}, false, {}},
      {"a parameter", "/u/{id}", {"u", "7 x"}, true, {{"id", "7 x"}}},
      {"an empty parameter", "/u/{id}", {"u", ""}, false, {}},
      {"two parameters", "/{a}/x/{b}", {"1", "x", "2"}, true, {{"a", "1"}, {"b", "2"}}},
      {"the rest", "/api/{proxy+}", {"api", "a", "b", ""}, true, {{"proxy", "a/b/"}}},
      {"a rest of one", "/api/{proxy+}", {"api", "a"}, true, {{"proxy", "a"}}},
      {"no rest", "/api/{proxy+}", {"api"}, false, {}},
      {"an empty rest", "/api/{proxy+}", {"api", ""}, false, {}},
      {"anything", "$default", {"a", "b"}, true, {}},
      {"anything is the root too", "$default", {""}, true, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto pattern = Pattern::parse(c.pattern);
    ASSERT_TRUE(pattern) << pattern.error().message;
    Found parameters;
    EXPECT_EQ(pattern->match(c.segments, parameters), c.matches);
    EXPECT_EQ(parameters, c.parameters);
  }
}

// Full match, greedy, $default:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
TEST(PatternRank, PutsTheMostLiteralFirst) {
  const char* in_order[] = {"/a/b",      "/a/{x}",  "/a/{x}/c", "/{y}/b",
                            "/a/b/{x+}", "/a/{x+}", "/{z+}",    "$default"};
  for (std::size_t i = 0; i + 1 < std::size(in_order); ++i)
    EXPECT_LT(Pattern::parse(in_order[i])->rank(), Pattern::parse(in_order[i + 1])->rank())
        << in_order[i];
  EXPECT_EQ(Pattern::parse("/a/{x}")->rank(), Pattern::parse("/a/{other}")->rank());
}

TEST(PatternOverlaps, IsWhetherOnePathFitsBoth) {
  const struct {
    const char* a;
    const char* b;
    bool overlap;
  } cases[] = {
      {"/a", "/a", true},
      {"/a", "/b", false},
      {"/a", "/{x}", true},
      {"/", "/{x}", false},
      {"/", "/", true},
      {"/", "/{x+}", false},
      {"/a/b", "/a", false},
      {"/a/{x}", "/{y}/b", true},
      {"/a/{x}", "/b/{x}", false},
      {"/a/{x}/c", "/a/b/{y}", true},
      {"/a/{x+}", "/a", false},
      {"/a/{x+}", "/a/b/c", true},
      {"/a/{x+}", "/{y}/b", true},
      {"/a/{x+}", "/b/{y+}", false},
      {"/{x+}", "/a/{y+}", true},
      {"$default", "/", true},
      {"$default", "/a/{x}", true},
      {"$default", "$default", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.a) + " and " + c.b);
    EXPECT_EQ(Pattern::parse(c.a)->overlaps(*Pattern::parse(c.b)), c.overlap);
    EXPECT_EQ(Pattern::parse(c.b)->overlaps(*Pattern::parse(c.a)), c.overlap);
  }
}

}  // namespace
}  // namespace tintype::gateway
