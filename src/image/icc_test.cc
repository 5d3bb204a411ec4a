// Profiles in sources, from file to file.
#include <gtest/gtest.h>

#include <memory>

#include "image/is_golden.h"
#include "image/test_scenes.h"

namespace tintype::image {
namespace {

using test::draw_jpeg;
using test::load;
using test::render_one;
using test::Triple;
using vips::VImage;

std::string profile(const char* name) {
  const std::unique_ptr<VipsBlob, void (*)(VipsBlob*)> blob(
      VImage::profile_load(name), [](VipsBlob* each) { vips_area_unref(VIPS_AREA(each)); });
  std::size_t size = 0;
  const void* bytes = vips_blob_get(blob.get(), &size);
  return {static_cast<const char*>(bytes), size};
}

/// IEC 61966-2-1, whose curve Display P3 shares.
double decode(double level) {
  const double value = level / 255;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}
double encode(double light) {
  const double value = std::clamp(light, 0.0, 1.0);
  return 255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * std::pow(value, 1 / 2.4) - 0.055);
}

/// From Display P3 to sRGB, both of white D65: the product of their matrices to and from XYZ (SMPTE
/// EG 432-1 and IEC 61966-2-1).
Triple srgb_of_p3(const Triple& p3) {
  const Triple light = {decode(p3[0]), decode(p3[1]), decode(p3[2])};
  return {encode(1.2249402 * light[0] - 0.2249402 * light[1]),
          encode(-0.0420570 * light[0] + 1.0420570 * light[1]),
          encode(-0.0196376 * light[0] - 0.0786360 * light[1] + 1.0982736 * light[2])};
}

VImage flat(const Triple& colour, const VImage& like) {
  return test::solid(like.width(), like.height(), {colour[0], colour[1], colour[2]});
}

std::string landscape(const std::string& icc) {
  return draw_jpeg({.size = {160, 120}, .icc = icc}, test::Landscape({160, 120}));
}

TEST(RenderProfile, DisplayP3BecomesSrgb) {
  const std::string p3 = profile("p3");
  const struct {
    const char* name;
    Triple colour;
  } cases[] = {{"its red, which sRGB does not have", {255, 0, 0}},
               {"its green", {0, 255, 0}},
               {"a red", {200, 60, 50}},
               {"skin", {220, 175, 150}},
               {"grey", {119, 119, 119}},
               {"white", {255, 255, 255}},
               {"dark", {20, 30, 25}}};
  for (const auto& c : cases) {
    const std::string source =
        draw_jpeg({.size = {64, 48}, .sampling = {1, 1}, .quality = 100, .icc = p3},
                  [&](double, double) { return test::ycc_of(c.colour); });
    for (const Format format : {Format::png, Format::jpeg, Format::webp, Format::avif}) {
      for (const Mode mode : {Mode::fast, Mode::best}) {
        const Plan plan = {.width = 24, .format = format, .quality = 90, .mode = mode};
        SCOPED_TRACE(c.name + (" " + to_string(plan)));
        const auto rendered = render_one(source, plan);
        ASSERT_TRUE(rendered) << rendered.error().message;
        const VImage seen = load(rendered->outputs[0].bytes);
        EXPECT_TRUE(
            test::looks_like(seen, flat(srgb_of_p3(c.colour), seen), {.mean = 2, .max = 3}));
      }
    }
  }
}

TEST(RenderProfile, SrgbCostsAndChangesNothing) {
  for (const Format format : {Format::png, Format::jpeg, Format::webp}) {
    const Plan plan = {.width = 60, .format = format};
    const auto plain = render_one(landscape(""), plan);
    const auto tagged = render_one(landscape(profile("srgb")), plan);
    ASSERT_TRUE(plain) << plain.error().message;
    ASSERT_TRUE(tagged) << tagged.error().message;
    EXPECT_EQ(plain->outputs[0].bytes, tagged->outputs[0].bytes);
  }
}

TEST(RenderProfile, ALieChangesNothing) {
  std::string cut = profile("p3");
  cut.resize(cut.size() / 2);
  std::string zeroed = profile("p3");
  std::fill(zeroed.begin() + 128, zeroed.end(), '\0');
  const struct {
    const char* name;
    std::string icc;
  } cases[] = {{"no profile at all", "This is not a profile."},
               {"one byte", "x"},
               {"cut", cut},
               {"a header, then zeros", zeroed},
               {"of ink", profile("cmyk")},
               {"long rubbish", std::string(200'000, '\xa5')}};
  for (const Mode mode : {Mode::fast, Mode::best}) {
    const Plan plan = {.width = 60, .format = Format::png, .mode = mode};
    const auto plain = render_one(landscape(""), plan);
    ASSERT_TRUE(plain) << plain.error().message;
    for (const auto& c : cases) {
      SCOPED_TRACE(c.name);
      const auto lying = render_one(landscape(c.icc), plan);
      ASSERT_TRUE(lying) << lying.error().message;
      EXPECT_TRUE(test::looks_like(load(lying->outputs[0].bytes), load(plain->outputs[0].bytes),
                                   {.mean = 0.5, .max = 4}));
    }
  }
}

/// The embedded profile, or nothing.
std::string profile_in(const VImage& image) {
  if (image.get_typeof(VIPS_META_ICC_NAME) == 0) return {};
  std::size_t size = 0;
  const void* bytes = image.get_blob(VIPS_META_ICC_NAME, &size);
  return {static_cast<const char*>(bytes), size};
}

/// A PNG whose numbers, 8 or 16 bits of each, mean what the profile `name` says.
std::string tagged_png(VImage image, int bits, const char* name) {
  if (bits == 16)
    image = (image.cast(VIPS_FORMAT_USHORT) * 257)
                .cast(VIPS_FORMAT_USHORT)
                .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_RGB16));
  return test::save(image, ("." + std::string("png[profile=") + name + "]").c_str());
}

TEST(RenderProfile, KeptWhereThePlanSaysSo) {
  const std::string p3 = profile("p3");
  const Triple colour = {200, 60, 50};
  const auto half_clear = test::solid(64, 48, {colour[0], colour[1], colour[2], 128});
  const auto opaque = test::solid(64, 48, {colour[0], colour[1], colour[2]});
  const struct {
    const char* name;
    std::string source;
    int bands;
  } cases[] = {
      {"a photograph",
       draw_jpeg({.size = {64, 48}, .sampling = {1, 1}, .quality = 100, .icc = p3},
                 [&](double, double) { return test::ycc_of(colour); }),
       3},
      {"for the general path", tagged_png(opaque, 8, "p3"), 3},
      {"16 bits", tagged_png(opaque, 16, "p3"), 3},
      {"alpha", tagged_png(half_clear, 8, "p3"), 4},
  };
  for (const auto& c : cases)
    for (const Format format : {Format::png, Format::jpeg, Format::webp, Format::avif})
      for (const Mode mode : {Mode::fast, Mode::best}) {
        const Plan plan = {.width = 24,
                           .format = format,
                           .quality = 90,
                           .mode = mode,
                           .colour = image::Colour::keep};
        SCOPED_TRACE(c.name + (" " + to_string(plan)));
        const auto rendered = render_one(c.source, plan);
        ASSERT_TRUE(rendered) << rendered.error().message;
        const VImage seen = load(rendered->outputs[0].bytes);
        EXPECT_EQ(profile_in(seen), p3);
        EXPECT_EQ(seen.get_typeof(VIPS_META_EXIF_NAME), 0U);
        EXPECT_EQ(seen.bands(), format == Format::jpeg ? 3 : c.bands);
        if (seen.bands() != c.bands) continue;  // On white now.
        const VImage colours = seen.extract_band(0, VImage::option()->set("n", 3));
        EXPECT_TRUE(test::looks_like(colours, flat(colour, colours), {.mean = 2, .max = 3}));
      }
}

TEST(RenderProfile, ConvertedAllTheSameWhereThereIsNoneToKeep) {
  const auto opaque = test::solid(64, 48, {200, 60, 50});
  const auto ink = opaque.icc_export(VImage::option()->set("output_profile", "cmyk"));
  const struct {
    const char* name;
    std::string source;
  } cases[] = {{"none", landscape("")},
               {"sRGB", landscape(profile("srgb"))},
               {"a lie", landscape("This is not a profile.")},
               {"ink", test::save(ink, ".jpg")},
               {"sRGB, for the general path", tagged_png(opaque, 8, "srgb")},
               {"a lie, for the general path", test::save(opaque, ".tif[profile=cmyk]")}};
  for (const auto& c : cases)
    for (const Format format : {Format::png, Format::jpeg, Format::webp, Format::avif}) {
      Plan plan = {.width = 24, .format = format};
      SCOPED_TRACE(c.name + (" " + to_string(plan)));
      const auto converted = render_one(c.source, plan);
      plan.colour = image::Colour::keep;
      const auto kept = render_one(c.source, plan);
      ASSERT_TRUE(converted) << converted.error().message;
      ASSERT_TRUE(kept) << kept.error().message;
      EXPECT_EQ(kept->outputs[0].bytes, converted->outputs[0].bytes);
      EXPECT_EQ(profile_in(load(kept->outputs[0].bytes)), "");
    }
}

TEST(RenderProfile, EachPlanOfAJobSaysForItself) {
  const std::string p3 = profile("p3");
  const Plan converted = {.width = 24, .format = Format::png};
  Plan kept = converted;
  kept.colour = image::Colour::keep;
  for (const std::string& source : {landscape(p3), tagged_png(test::photograph(64, 48), 8, "p3")}) {
    const auto both = render({.bytes = as_bytes(source)}, {kept, converted}, {});
    ASSERT_TRUE(both) << both.error().message;
    EXPECT_EQ(profile_in(load(both->outputs[0].bytes)), p3);
    EXPECT_EQ(profile_in(load(both->outputs[1].bytes)), "");
    EXPECT_EQ(both->outputs[1].bytes, render_one(source, converted)->outputs[0].bytes);
  }
}

}  // namespace
}  // namespace tintype::image
