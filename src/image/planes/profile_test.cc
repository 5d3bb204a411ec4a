#include "image/planes/profile.h"

#include <gtest/gtest.h>
#include <lcms2.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "image/planes/test_planes.h"

namespace tintype::image {
namespace {

using test::on_every_target;

std::string bytes_of(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::string bytes(size, '\0');
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

constexpr cmsCIExyY kD65 = {0.3127, 0.3290, 1};
constexpr cmsCIExyYTRIPLE kRec709 = {{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
constexpr cmsCIExyYTRIPLE kP3 = {{0.68, 0.32, 1}, {0.265, 0.69, 1}, {0.15, 0.06, 1}};

cmsToneCurve* srgb_curve() {
  constexpr std::array kParameters = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  return cmsBuildParametricToneCurve(nullptr, 4, kParameters.data());
}

/// As profiles before version 4 have it.
cmsToneCurve* srgb_table() {
  std::array<cmsUInt16Number, 1024> table;
  cmsToneCurve* const curve = srgb_curve();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const float light = cmsEvalToneCurveFloat(curve, static_cast<float>(i) / 1023);
    table.at(i) = static_cast<cmsUInt16Number>(std::lround(light * 65535));
  }
  cmsFreeToneCurve(curve);
  return cmsBuildTabulatedToneCurve16(nullptr, 1024, table.data());
}

std::string rgb_profile(const cmsCIExyYTRIPLE& primaries, cmsToneCurve* curve) {
  const std::array curves = {curve, curve, curve};
  const cmsHPROFILE profile = cmsCreateRGBProfile(&kD65, &primaries, curves.data());
  cmsFreeToneCurve(curve);
  return bytes_of(profile);
}

std::string p3() { return rgb_profile(kP3, srgb_curve()); }
std::string srgb() { return bytes_of(cmsCreate_sRGBProfile()); }
std::string gamma_of(double gamma) { return rgb_profile(kRec709, cmsBuildGamma(nullptr, gamma)); }

std::string grey() {
  cmsToneCurve* const curve = cmsBuildGamma(nullptr, 2.2);
  const cmsHPROFILE profile = cmsCreateGrayProfile(cmsD50_xyY(), curve);
  cmsFreeToneCurve(curve);
  return bytes_of(profile);
}

std::string ink() { return bytes_of(cmsCreateInkLimitingDeviceLink(cmsSigCmykData, 300)); }

/// sRGB with a table of 2 x 2 x 2 besides, which wins over its curves.
std::string with_table(cmsTagSignature tag) {
  const cmsHPROFILE profile = cmsCreate_sRGBProfile();
  const bool floating = tag == cmsSigDToB0Tag;
  if (!floating) cmsSetProfileVersion(profile, 2.1);
  constexpr std::array<cmsFloat32Number, 24> kTable = {
      0,     0,     0,     0.07F, 0.03F, 0.35F, 0.19F, 0.35F, 0.05F, 0.26F, 0.38F, 0.4F,
      0.21F, 0.11F, 0.01F, 0.28F, 0.14F, 0.36F, 0.4F,  0.46F, 0.06F, 0.48F, 0.5F,  0.41F};
  std::array<cmsUInt16Number, 24> whole;
  for (std::size_t i = 0; i < 24; ++i)
    whole.at(i) = static_cast<cmsUInt16Number>(std::lround(kTable.at(i) * 65535));
  cmsPipeline* const pipeline = cmsPipelineAlloc(nullptr, 3, 3);
  cmsPipelineInsertStage(pipeline, cmsAT_END,
                         floating ? cmsStageAllocCLutFloat(nullptr, 2, 3, 3, kTable.data())
                                  : cmsStageAllocCLut16bit(nullptr, 2, 3, 3, whole.data()));
  EXPECT_TRUE(cmsWriteTag(profile, tag, pipeline));
  cmsPipelineFree(pipeline);
  return bytes_of(profile);
}

std::string of_class(cmsProfileClassSignature kind) {
  const cmsHPROFILE profile = cmsCreate_sRGBProfile();
  cmsSetDeviceClass(profile, kind);
  return bytes_of(profile);
}

Rgb every_colour() {
  Rgb picture(125, 1);
  for (int i = 0; i < 125; ++i) {
    std::uint8_t* const pixel = picture.row(0) + static_cast<std::ptrdiff_t>(3) * i;
    pixel[0] = static_cast<std::uint8_t>(i % 5 * 255 / 4);
    pixel[1] = static_cast<std::uint8_t>(i / 5 % 5 * 255 / 4);
    pixel[2] = static_cast<std::uint8_t>(i / 25 * 255 / 4);
  }
  return picture;
}

double light_of(double x) { return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4); }

double sample_of(double light) {
  const double x = std::min(std::max(light, 0.0), 1.0);
  return x <= 0.0031308 ? x * 12.92 : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
}

TEST(IsSrgb, KnowsItByWhatItDoes) {
  const struct {
    const char* name;
    std::string icc;
    bool expected;
  } cases[] = {
      {"lcms2's own", srgb(), true},
      {"a formula", rgb_profile(kRec709, srgb_curve()), true},
      {"a table", rgb_profile(kRec709, srgb_table()), true},
      {"Display P3", p3(), false},
      {"gamma 2.2", gamma_of(2.2), false},
      {"linear", gamma_of(1), false},
      {"tables besides", with_table(cmsSigAToB0Tag), false},
      {"floating tables besides", with_table(cmsSigDToB0Tag), false},
      {"grey", grey(), false},
      {"ink", ink(), false},
      {"its name only", srgb().substr(0, 400), false},
      {"empty", "", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_srgb(c.icc), c.expected);
  }
}

TEST(ToSrgb, ConvertsDisplayP3) {
  // CSS Color 4, section 18: display-p3 to xyz to srgb, multiplied.
  constexpr double kMatrix[3][3] = {{1.2249401763, -0.2249401763, 0},
                                    {-0.0420569547, 1.0420569547, 0},
                                    {-0.0196375546, -0.0786360456, 1.0982736001}};
  on_every_target([&] {
    const Rgb before = every_colour();
    Rgb after = before;
    ASSERT_TRUE(to_srgb(after, p3()));
    for (std::size_t i = 0; i < before.samples.size(); i += 3) {
      for (std::size_t c = 0; c < 3; ++c) {
        double light = 0;
        for (std::size_t k = 0; k < 3; ++k)
          light += kMatrix[c][k] * light_of(before.samples[i + k] / 255.0);
        // The profile's numbers have 16 bits, and near black a step is a tiny amount of light.
        EXPECT_NEAR(after.samples[i + c], 255 * sample_of(light), 1.6) << i / 3;
      }
    }
  });
}

TEST(ToSrgb, IsWhatLcmsDoes) {
  // Relative colorimetric, as on the general path.
  for (const auto& icc : {p3(), gamma_of(1.8), rgb_profile(kP3, srgb_table())}) {
    const cmsHPROFILE profile =
        cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size()));
    const cmsHPROFILE target = cmsCreate_sRGBProfile();
    const cmsHTRANSFORM transform = cmsCreateTransform(
        profile, TYPE_RGB_8, target, TYPE_RGB_8, INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
    Rgb expected = every_colour();
    cmsDoTransform(transform, expected.samples.data(), expected.samples.data(), 125);
    cmsDeleteTransform(transform);
    cmsCloseProfile(target);
    cmsCloseProfile(profile);
    on_every_target([&] {
      Rgb actual = every_colour();
      ASSERT_TRUE(to_srgb(actual, icc));
      for (std::size_t i = 0; i < actual.samples.size(); ++i)
        EXPECT_NEAR(actual.samples[i], expected.samples[i], 1) << i;
    });
  }
}

TEST(ToSrgb, KeepsSrgbAndGreys) {
  on_every_target([] {
    Rgb picture = every_colour();
    ASSERT_TRUE(to_srgb(picture, srgb()));
    for (std::size_t i = 0; i < picture.samples.size(); ++i)
      EXPECT_NEAR(picture.samples[i], every_colour().samples[i], 1);
    Rgb greys(256, 1);
    for (int i = 0; i < 768; ++i)
      greys.samples[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i / 3);
    ASSERT_TRUE(to_srgb(greys, p3()));
    for (int i = 0; i < 768; ++i)
      EXPECT_NEAR(greys.samples[static_cast<std::size_t>(i)], i / 3, 1) << i;
  });
}

TEST(ToSrgb, UsesTablesWhereAProfileHasThem) {
  Rgb picture = every_colour();
  ASSERT_TRUE(to_srgb(picture, with_table(cmsSigAToB0Tag)));
  EXPECT_NE(picture.samples, every_colour().samples);
}

TEST(ToSrgb, LeavesThePictureAloneWhenThereIsNoUsableProfile) {
  std::string longer = p3();
  longer[0] = 1;
  std::string named_otherwise = p3();
  named_otherwise[36] = 'x';
  const struct {
    const char* name;
    std::string icc;
  } cases[] = {
      {"empty", ""},
      {"a header's part", p3().substr(0, 127)},
      {"a header only", p3().substr(0, 128)},
      {"cut in the middle", p3().substr(0, p3().size() / 2)},
      {"cut by a byte", p3().substr(0, p3().size() - 1)},
      {"says that it is longer", longer},
      {"without its signature", named_otherwise},
      {"too large", p3() + std::string(kProfileBytesMax, '\0')},
      {"nothing but zeros", std::string(5000, '\0')},
      {"grey", grey()},
      {"ink, a link", ink()},
      {"a link of RGB", of_class(cmsSigLinkClass)},
      {"abstract", of_class(cmsSigAbstractClass)},
      {"named colours", of_class(cmsSigNamedColorClass)},
      {"elements without bound", with_table(cmsSigDToB0Tag)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Rgb picture = every_colour();
    EXPECT_FALSE(to_srgb(picture, c.icc));
    EXPECT_EQ(picture.samples, every_colour().samples);
    EXPECT_FALSE(is_srgb(c.icc));
    EXPECT_EQ(usable_profile(c.icc), "");
  }
}

TEST(UsableProfile, IsTheProfileWithoutWhatFollows) {
  EXPECT_EQ(usable_profile(p3()), p3());
  EXPECT_EQ(usable_profile(p3() + "and a secret"), p3());
  const std::string tables = with_table(cmsSigAToB0Tag);
  EXPECT_EQ(usable_profile(tables), tables);
}

TEST(ToSrgb, TakesAsMuchAsTheLimitAllows) {
  std::string padded = p3();
  padded.resize(kProfileBytesMax);
  Rgb picture = every_colour();
  EXPECT_TRUE(to_srgb(picture, padded));
  padded.push_back('\0');
  EXPECT_FALSE(to_srgb(picture, padded));
}

TEST(ToSrgb, SurvivesAnyDamage) {
  // Bytes set to what hurts most, and lengths: all of a profile of curves. A profile of tables
  // takes tens of milliseconds each time, so of its nine thousand bytes only some.
  const struct {
    const char* name;
    std::string icc;
    std::size_t step;
  } cases[] = {{"curves", p3(), 1}, {"tables", with_table(cmsSigAToB0Tag), 997}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (std::size_t at = 0; at < c.icc.size(); at += c.step) {
      Rgb picture = every_colour();
      EXPECT_FALSE(to_srgb(picture, c.icc.substr(0, at)));
      for (const char value : {'\0', '\x7f', '\xff'}) {
        std::string damaged = c.icc;
        damaged[at] = value;
        (void)is_srgb(damaged);
        (void)usable_profile(damaged);
        (void)to_srgb(picture, damaged);
        ASSERT_EQ(picture.samples.size(), every_colour().samples.size());
      }
    }
  }
}

}  // namespace
}  // namespace tintype::image
