#include "writing/prose.h"

#include <gtest/gtest.h>

namespace tintype::writing {
namespace {

// As the pipeline has them: a line, and texts of several.
constexpr ProseRule kDisplayNameRule{.length_min = 1, .length_max = 50, .lines = false};
constexpr ProseRule kBioRule{.length_min = 0, .length_max = 500, .lines = true};
constexpr ProseRule kActivityRule{.length_min = 1, .length_max = 1000, .lines = true};

TEST(Prose, IsKeptInOneForm) {
  const struct {
    const char* name;
    std::string text;
    std::string kept;
  } cases[] = {
      {"plain", "Ada Lovelace", "Ada Lovelace"},
      {"composed", "Zoe\u0308", "Zo\u00eb"},
      {"hangul", "\u1112\u1161\u11ab", "\ud55c"},
      {"blanks at the ends", " \t\u00a0Ada\u3000\n", "Ada"},
      {"every blank is a space", "a\u00a0b\u2003c\td", "a b c d"},
      {"lines", "a\r\nb\nc", "a\nb\nc"},
      {"an emoji of four", "\U0001f469\U0001f3fd\u200d\U0001f4bb",
       "\U0001f469\U0001f3fd\u200d\U0001f4bb"},
      {"an emoji with its style", "\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"},
      {"a keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
      {"Persian needs the non-joiner", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
       "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"},
      {"Hindi with joiner behind virama", "\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"},
      {"right to left", "\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"},
      {"eight marks", "a" + std::string("\u0316\u0317\u0318\u0319\u031c\u031d\u031e\u031f"),
       "a" + std::string("\u0316\u0317\u0318\u0319\u031c\u031d\u031e\u031f")},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto kept = parse_prose(c.text, kBioRule);
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(*kept, c.kept);
    EXPECT_EQ(parse_prose(*kept, kBioRule), *kept) << "what is kept stays as it is";
  }
}

TEST(Prose, RefusesWhatNobodySees) {
  const struct {
    const char* name;
    std::string text;
    const char* message;
  } cases[] = {
      {"no UTF-8", "\xff", "UTF-8"},
      {"a surrogate", "\xed\xa0\x80", "UTF-8"},
      {"NUL", std::string("a\0b", 3), "U+0000"},
      {"escape", "a\x1b[31m", "U+001B"},
      {"delete", "a\x7f", "U+007F"},
      {"C1 control", "a\u0085", "U+0085"},
      {"carriage return alone", "a\rb", "U+000D"},
      {"zero width space", "a\u200b", "U+200B"},
      {"a lone joiner", "a\u200db", "U+200D"},
      {"a lone non-joiner", "a\u200cb", "U+200C"},
      {"a joiner at the beginning", "\u200d\U0001f4bb", "U+200D"},
      {"a joiner at the end", "\U0001f469\u200d", "U+200D"},
      {"right-to-left override", "\u202egnp.exe", "U+202E"},
      {"right-to-left mark", "a\u200f", "U+200F"},
      {"isolate", "\u2066a\u2069", "U+2066"},
      {"byte order mark", "\ufeffa", "U+FEFF"},
      {"soft hyphen", "a\u00adb", "U+00AD"},
      {"hangul filler", "a\u3164", "U+3164"},
      {"a style of nothing", "a\ufe0f", "U+FE0F"},
      {"a tag", "a\U000e0061", "U+E0061"},
      {"line separator", "a\u2028b", "U+2028"},
      {"paragraph separator", "a\u2029b", "U+2029"},
      {"private use", "\ue000", "U+E000"},
      {"no character", "\uffff", "U+FFFF"},
      {"unassigned", "\U000e0fff", "U+E0FFF"},
      {"marks alone", "\u0301", "can be seen"},
      {"nine marks", "a\u0316\u0317\u0318\u0319\u031c\u031d\u031e\u031f\u0320", "8 marks"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto kept = parse_prose(c.text, kBioRule);
    ASSERT_FALSE(kept) << *kept;
    EXPECT_EQ(kept.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(kept.error().message.find(c.message), std::string::npos) << kept.error().message;
  }
}

TEST(Prose, HasALengthFromBothSides) {
  const auto letters = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "\u00e4";  // Two bytes, one character.
    return text;
  };
  const struct {
    const char* name;
    ProseRule rule;
  } rules[] = {{"name", kDisplayNameRule}, {"bio", kBioRule}, {"activity", kActivityRule}};
  for (const auto& [name, rule] : rules) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(parse_prose(letters(rule.length_min), rule));
    EXPECT_TRUE(parse_prose(letters(rule.length_max), rule));
    EXPECT_TRUE(parse_prose("  " + letters(rule.length_max) + "  ", rule));
    EXPECT_FALSE(parse_prose(letters(rule.length_max + 1), rule));
    EXPECT_EQ(parse_prose("", rule).has_value(), rule.length_min == 0);
    EXPECT_EQ(parse_prose(" \n ", rule).has_value(), rule.length_min == 0);
  }
}

TEST(Prose, ANameIsOneLine) {
  EXPECT_FALSE(parse_prose("Ada\nLovelace", kDisplayNameRule));
  EXPECT_TRUE(parse_prose("Ada\nLovelace", kBioRule));
}

}  // namespace
}  // namespace tintype::writing
