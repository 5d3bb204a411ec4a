#include "edge/glyphs.h"

#include <algorithm>
#include <array>

namespace tintype::edge {
namespace {

// clang-format off
constexpr std::array<Glyph, 36> kGlyphs = {{
    {'A', 78, 5, 5, "M0 100L39 0L78 100M14 65H64"},
    {'B', 64, 13, 9, "M0 47H34A23.5 23.5 0 0 0 34 0H0V100H37.5A26.5 26.5 0 0 0 37.5 47"},
    {'C', 78, 9, 8, "M77 17A44 51 0 1 0 77 83"},
    {'D', 76, 13, 9, "M0 0V100H27A49 50 0 0 0 27 0Z"},
    {'E', 56, 13, 8, "M56 0H0V100H56M0 49H49"},
    {'F', 54, 13, 6, "M54 0H0V100M0 51H47"},
    {'G', 86, 9, 11, "M77 17A44 51 0 1 0 86 56V54H54"},
    {'H', 70, 13, 13, "M0 0V100M70 0V100M0 49H70"},
    {'I', 0, 13, 13, "M0 0V100"},
    {'J', 42, 7, 13, "M42 0V72C42 91 33 101 20 101C10 101 3 95 0 85"},
    {'K', 66, 13, 5, "M0 0V100M63 0L0 63M24 40L66 100"},
    {'L', 52, 13, 5, "M0 0V100H52"},
    {'M', 88, 13, 13, "M0 100V0L44 68L88 0V100"},
    {'N', 72, 13, 13, "M0 100V0L72 100V0"},
    {'O', 90, 9, 9, "M45 -1A45 51 0 0 1 45 101A45 51 0 0 1 45 -1Z"},
    {'P', 62, 13, 7, "M0 100V0H34A28 28 0 0 1 34 56H0"},
    {'Q', 90, 9, 9, "M45 -1A45 51 0 0 1 45 101A45 51 0 0 1 45 -1ZM60 74L88 105"},
    {'R', 64, 13, 7, "M0 100V0H35A27.5 27.5 0 0 1 35 55H0M34 55L64 100"},
    {'S', 66, 9, 9, "M62 18C57 6 47 -1 34 -1C16 -1 4 9 4 25C4 41 17 46 34 50"
                    "C51 54 66 59 66 76C66 92 53 101 35 101C18 101 5 93 0 80"},
    {'T', 72, 4, 4, "M0 0H72M36 0V100"},
    {'U', 70, 13, 13, "M0 0V65A35 36 0 0 0 70 65V0"},
    {'V', 78, 5, 5, "M0 0L39 100L78 0"},
    {'W', 112, 5, 5, "M0 0L28 100L56 4L84 100L112 0"},
    {'X', 70, 6, 6, "M1 0L70 100M69 0L0 100"},
    {'Y', 74, 5, 5, "M0 0L37 53L74 0M37 53V100"},
    {'Z', 68, 8, 8, "M2 0H66L0 100H68"},
    {'0', 66, 9, 9, "M33 -1A33 51 0 0 1 33 101A33 51 0 0 1 33 -1Z"},
    {'1', 28, 8, 13, "M0 21L28 0V100"},
    {'2', 62, 9, 8, "M2 26C3 10 14 -1 31 -1C48 -1 59 10 59 26C59 39 51 48 41 58L0 100H62"},
    {'3', 62, 9, 9, "M4 18C9 6 19 -1 31 -1C47 -1 57 9 57 23C57 38 46 47 31 47H25"
                    "M31 47C49 47 62 57 62 74C62 91 49 101 31 101C15 101 4 93 0 80"},
    {'4', 70, 6, 7, "M52 100V0L0 72H70"},
    {'5', 63, 10, 9, "M58 0H11L6 46C12 40 20 36 30 36C49 36 63 49 63 68"
                     "C63 88 49 101 29 101C15 101 5 95 0 86"},
    {'6', 67, 9, 9, "M47 0L7.6 44.4A34 34 0 1 0 33 33A34 34 0 0 0 7.6 44.4"},
    {'7', 62, 8, 5, "M0 0H62L20 100"},
    {'8', 64, 9, 9, "M32 47A24 24 0 1 0 32 -1A24 24 0 1 0 32 47"
                    "A32 27 0 1 0 32 101A32 27 0 1 0 32 47"},
    {'9', 67, 9, 9, "M20 100L59.4 55.6A34 34 0 1 0 34 67A34 34 0 0 0 59.4 55.6"},
}};
// clang-format on

constexpr double kGap = 10;
constexpr double kKerning = 14;

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

}  // namespace

const Glyph* find_glyph(char character) {
  const auto* found = std::ranges::find(kGlyphs, character, &Glyph::character);
  return found == kGlyphs.end() ? nullptr : found;
}

double gap_between(const Glyph& left, const Glyph& right) {
  const bool fit = (is_one_of(left.character, "AL") && is_one_of(right.character, "TVWY")) ||
                   (is_one_of(left.character, "FPTVWY") && is_one_of(right.character, "AJ"));
  return left.right + right.left + kGap - (fit ? kKerning : 0);
}

}  // namespace tintype::edge
