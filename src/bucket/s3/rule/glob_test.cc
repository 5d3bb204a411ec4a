#include "bucket/s3/rule/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::bucket {
namespace {

TEST(Glob, MatchesAllOfTheText) {
  const struct {
    const char* text;
    const char* pattern;
    bool matches;
  } cases[] = {
      {"", "", true},
      {"a", "", false},
      {"", "*", true},
      {"abc", "*", true},
      {"abc", "abc", true},
      {"abc", "ab", false},
      {"abc", "abcd", false},
      {"abc", "a*", true},
      {"abc", "*c", true},
      {"abc", "a*c", true},
      {"ac", "a*c", true},
      {"abcd", "a*c", false},
      {"abac", "a*c", true},
      {"aXbXc", "a*b*c", true},
      {"aXcXb", "a*b*c", false},
      {"abc", "a?c", true},
      {"ac", "a?c", false},
      {"abc", "**", true},
      {"a*c", "a*c", true},
      {"mississippi", "m*issip*", true},
  };
  for (const auto& c : cases)
    EXPECT_EQ(matches_glob(c.text, c.pattern, true), c.matches) << c.text << ' ' << c.pattern;
  EXPECT_FALSE(matches_glob("abc", "a?c"));
  EXPECT_TRUE(matches_glob("a?c", "a?c"));
}

TEST(Glob, EndsForAnyPattern) {
  const std::string text(20'000, 'a');
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(matches_glob(text, pattern + "b"));
}

}  // namespace
}  // namespace tintype::bucket
