#include "edge/avatar_drawing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/text.h"
#include "edge/glyphs.h"

namespace tintype::edge {
namespace {

/// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, of "#rrggbb".
double luminance(std::string_view colour) {
  const auto bytes = from_hex(colour.substr(1));
  const auto linear = [&bytes](std::size_t i) {
    const double value = static_cast<unsigned char>(bytes->at(i)) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(0) + 0.7152 * linear(1) + 0.0722 * linear(2);
}

double contrast_with_white(std::string_view colour) { return 1.05 / (luminance(colour) + 0.05); }

TEST(Shades, CarryWhiteLetters) {
  EXPECT_NEAR(contrast_with_white("#767676"), 4.54, 0.01);  // The lightest grey that may.
  for (const Shade& shade : kShades) {
    SCOPED_TRACE(shade.top);
    EXPECT_GE(contrast_with_white(shade.top), 4.5);
    EXPECT_GE(contrast_with_white(shade.bottom), 4.5);
  }
}

TEST(FindGlyph, KnowsCapitalsAndDigitsOnly) {
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) {
    SCOPED_TRACE(c);
    const Glyph* glyph = find_glyph(c);
    ASSERT_NE(glyph, nullptr);
    EXPECT_EQ(glyph->character, c);
    EXPECT_TRUE(glyph->path.starts_with('M'));
  }
  for (const char c : std::string_view("az @[`{\0\x80", 9)) EXPECT_EQ(find_glyph(c), nullptr);
}

TEST(GapBetween, IsSmallerWhereSlopesFit) {
  const auto gap = [](char left, char right) {
    return gap_between(*find_glyph(left), *find_glyph(right));
  };
  EXPECT_LT(gap('A', 'V'), gap('A', 'A'));
  EXPECT_LT(gap('L', 'T'), gap('L', 'L'));
  EXPECT_GT(gap('H', 'I'), gap('O', 'O'));
}

TEST(DrawingFor, IsAlwaysTheSameForAPerson) {
  const auto drawing = [](std::string_view sub) { return drawing_for(*bucket::Owner::parse(sub)); };

  // Fixed, since people would wonder why they changed.
  EXPECT_EQ(drawing("demo"), (AvatarDrawing{.initials = "D", .shade = 0x2a % kShades.size()}));
  EXPECT_EQ(drawing("9b2c1f7e-4c1d-4b7a-9f30-6d1c2b3a4e5f").initials, "");

  std::set<std::size_t> shades;
  for (int i = 0; i < 200; ++i) shades.insert(drawing("person-" + std::to_string(i)).shade);
  EXPECT_EQ(shades.size(), kShades.size());
}

TEST(ToSvg, HasTheSizeAndNothingFromOutside) {
  const struct {
    const char* name;
    AvatarDrawing drawing;
    int width;
    int height;
    std::size_t paths;
  } cases[] = {
      {"one letter", {.initials = "D", .shade = 0}, 64, 64, 1},
      {"two letters", {.initials = "AB", .shade = 11}, 512, 512, 2},
      {"two wide letters", {.initials = "WW", .shade = 3}, 1500, 500, 2},
      {"silhouette", {.initials = "", .shade = 5}, 1, 2000, 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string svg = to_svg(c.drawing, c.width, c.height);
    EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
                                std::to_string(c.width) + "\" height=\"" +
                                std::to_string(c.height) + "\""));
    EXPECT_TRUE(svg.ends_with("</svg>"));
    EXPECT_NE(svg.find(kShades.at(c.drawing.shade).top), std::string::npos);
    std::size_t paths = 0;
    for (auto at = svg.find("<path"); at != std::string::npos; at = svg.find("<path", at + 1))
      ++paths;
    EXPECT_EQ(paths, c.paths);
    for (const char* foreign : {"<text", "href", "<image", "font", "<!", "<?"})
      EXPECT_EQ(svg.find(foreign), std::string::npos) << foreign;
  }
}

}  // namespace
}  // namespace tintype::edge
