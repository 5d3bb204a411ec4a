#include "image/plan.h"

#include <gtest/gtest.h>

namespace tintype::image {
namespace {

TEST(PlanParse, ReadsWhatToStringWrites) {
  for (const Format format : {Format::jpeg, Format::webp, Format::png, Format::avif})
    for (const Fit fit : {Fit::cover, Fit::contain})
      for (const Gravity gravity : {Gravity::centre, Gravity::smart})
        for (const Mode mode : {Mode::fast, Mode::best})
          for (const bool enlarge : {false, true})
            for (const Colour colour : {Colour::srgb, Colour::keep}) {
              const Plan plan = {.width = 512,
                                 .height = kSideMax,
                                 .fit = fit,
                                 .gravity = gravity,
                                 .format = format,
                                 .quality = 77,
                                 .mode = mode,
                                 .enlarge = enlarge,
                                 .colour = colour};
              SCOPED_TRACE(to_string(plan));
              const auto again = parse_plan(to_string(plan));
              ASSERT_TRUE(again) << again.error().message;
              EXPECT_EQ(*again, plan);
            }
}

TEST(PlanToString, IsCanonical) {
  const struct {
    const char* name;
    Plan plan;
    std::string text;
  } cases[] = {
      {"the header's example",
       {.width = 512, .height = 512},
       "width=512,height=512,fit=cover,format=jpeg,quality=80,mode=fast"},
      {"default quality is spelt out",
       {.width = 8, .format = Format::avif},
       "width=8,height=0,fit=cover,format=avif,quality=60,mode=fast"},
      {"seldom options",
       {.width = 8, .gravity = Gravity::smart, .quality = 1, .enlarge = true},
       "width=8,height=0,fit=cover,gravity=smart,format=jpeg,quality=1,mode=fast,enlarge=true"},
      {"the source's colours",
       {.width = 8, .colour = Colour::keep},
       "width=8,height=0,fit=cover,format=jpeg,quality=80,mode=fast,colour=keep"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_string(c.plan), c.text);
    // The order in which somebody wrote the options does not matter.
    const auto parsed = parse_plan(c.text);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(to_string(*parsed), c.text);
  }
  EXPECT_EQ(to_string(*parse_plan("mode=fast,height=512,width=512")),
            to_string(Plan{.width = 512, .height = 512}));
}

TEST(PlanParse, RejectsNamingTheOption) {
  const struct {
    const char* name;
    std::string text;
    std::string named;
  } cases[] = {
      {"empty", "", "''"},
      {"only a comma", ",", "''"},
      {"ends in a comma", "width=1,", "''"},
      {"no value", "width", "'width'"},
      {"empty value", "width=", "'width'"},
      {"no name", "=512", "''"},
      {"unknown", "color=keep", "'color'"},
      {"upper case", "Width=5", "'Width'"},
      {"space", "width= 5", "'width'"},
      {"negative", "width=-1", "'width'"},
      {"plus sign", "height=+1", "'height'"},
      {"fraction", "height=1.5", "'height'"},
      {"hexadecimal", "height=0x10", "'height'"},
      {"over the limit", "width=16385", "'width'"},
      {"overflows", "width=99999999999999999999", "'width'"},
      {"quality zero", "quality=0", "'quality'"},
      {"quality over", "quality=101", "'quality'"},
      {"twice", "width=1,width=1", "'width'"},
      {"unknown fit", "fit=fill", "'fit'"},
      {"unknown gravity", "gravity=north", "'gravity'"},
      {"unknown format", "format=gif", "'format'"},
      {"unknown mode", "mode=slow", "'mode'"},
      {"unknown colour", "colour=p3", "'colour'"},
      {"not a switch", "enlarge=1", "'enlarge'"},
      {"control characters are not echoed", "\n=\x01", "'?'"},
      {"long text is cut", std::string(1000, 'x'), "'" + std::string(32, 'x') + "'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto plan = parse_plan(c.text);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(plan.error().message.find(c.named), std::string::npos) << plan.error().message;
  }
}

TEST(PlanParse, TakesBothEndsOfEachRange) {
  for (const char* text : {"width=0", "width=16384", "height=0", "height=16384", "quality=1",
                           "quality=100", "format=jpg"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(parse_plan(text));
  }
}

TEST(Format, NamesGoBothWays) {
  for (const Format format : {Format::jpeg, Format::webp, Format::png, Format::avif}) {
    EXPECT_EQ(parse_format(to_string(format)), format);
    EXPECT_EQ(format_of_extension(extension(format)), format);
    EXPECT_EQ(media_type(format), "image/" + std::string(to_string(format)));
  }
  EXPECT_EQ(extension(Format::jpeg), "jpg");
  EXPECT_EQ(parse_format("jpg"), Format::jpeg);
  EXPECT_EQ(parse_format("JPEG"), std::nullopt);
  EXPECT_EQ(parse_format(""), std::nullopt);
  EXPECT_EQ(parse_format("gif"), std::nullopt);
}

}  // namespace
}  // namespace tintype::image
