#include "image/planes/range.h"

#include <gtest/gtest.h>

namespace tintype::image {
namespace {

constexpr Range kFull = Range::full;
constexpr Range kLimited = Range::limited;

double apply(Tone tone, double sample) { return tone.gain * sample + tone.offset; }

TEST(Range, FollowsH273) {
  // ITU-T H.273, 8.3, equations 20 to 25, for 8 bits.
  const struct {
    const char* name;
    bool luma;
    double full;
    double limited;
  } cases[] = {
      {"black", true, 0, 16},
      {"white", true, 255, 235},
      {"a third", true, 85, 89},
      {"blacker than black", true, -16 * 255.0 / 219, 0},
      {"whiter than white", true, 239 * 255.0 / 219, 255},
      {"no colour", false, 128, 128},
      {"most colour", false, 255.5, 240},
      {"least colour", false, 0.5, 16},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto tone = c.luma ? luma_tone : chroma_tone;
    EXPECT_NEAR(apply(tone(kFull, kLimited), c.full), c.limited, 1e-9);
    EXPECT_NEAR(apply(tone(kLimited, kFull), c.limited), c.full, 1e-9);
    EXPECT_EQ(tone(kFull, kFull), Tone{});
    EXPECT_EQ(tone(kLimited, kLimited), Tone{});
  }
}

}  // namespace
}  // namespace tintype::image
