// What the numbers of a file mean, through the whole of render().
#include "image/general/colour.h"

#include <gtest/gtest.h>

#include "image/general/test_codecs.h"
#include "image/test_pictures.h"

namespace tintype::image {
namespace {

using test::Colour;
using test::has_colour;
using test::load;
using test::render_one;
using test::save;
using vips::VImage;

/// The one colour that a picture of one colour has after rendering to PNG.
Result<Rendered> render_png(const std::string& source, Mode mode = Mode::fast) {
  return render_one(source, {.width = 16, .format = Format::png, .mode = mode});
}

VImage with_profile(const VImage& image, const char* profile) {
  return image.icc_transform(
      profile, VImage::option()->set("input_profile", "srgb")->set("embedded", false));
}

TEST(Colour, IsSrgbWhateverTheProfile) {
  const Colour colour = {200, 60, 40};
  const VImage srgb = test::solid(32, 32, colour);
  const struct {
    const char* name;
    std::string source;
    double tolerance;
  } cases[] = {
      {"no profile", save(srgb, ".png"), 0},
      {"srgb", save(with_profile(srgb, "srgb"), ".png"), 2},
      {"display p3", save(with_profile(srgb, "p3"), ".png"), 3},
      {"display p3, jpeg", save(with_profile(srgb, "p3"), ".jpg[Q=98]"), 5},
      {"display p3, heic", save(with_profile(srgb, "p3"), ".heic[Q=95]"), 8},
      {"cmyk with a profile", save(with_profile(srgb, "cmyk"), ".jpg[Q=98]"), 20},
      {"cmyk without", save(with_profile(srgb, "cmyk"), ".jpg[Q=98,strip]"), 20},
      {"cmyk tiff", save(with_profile(srgb, "cmyk"), ".tif"), 20},
      {"16 bits", save(srgb.colourspace(VIPS_INTERPRETATION_RGB16), ".png"), 1},
      {"lab tiff", save(srgb.colourspace(VIPS_INTERPRETATION_LAB), ".tif"), 3},
      {"floating point tiff", save(srgb.colourspace(VIPS_INTERPRETATION_scRGB), ".tif"), 3},
  };
  for (const auto& c : cases)
    for (const Mode mode : {Mode::fast, Mode::best}) {
      SCOPED_TRACE(c.name);
      SCOPED_TRACE(to_string(mode));
      const auto rendered = render_png(c.source, mode);
      ASSERT_TRUE(rendered) << rendered.error().message;
      EXPECT_TRUE(has_colour(load(rendered->outputs[0].bytes), {8, 8}, colour, c.tolerance + 1));
    }
}

TEST(Colour, OfP3IsNotTakenForSrgb) {
  // The control of the test above: the P3 numbers of that colour differ from its sRGB ones.
  const VImage p3 = with_profile(test::solid(32, 32, {200, 60, 40}), "p3");
  EXPECT_FALSE(has_colour(p3, {8, 8}, {200, 60, 40}, 5));
}

TEST(Colour, IgnoresAProfileThatDoesNotFit) {
  const VImage cmyk = with_profile(test::solid(32, 32, {0, 0, 0}), "cmyk");
  std::size_t size = 0;
  const void* profile = cmyk.get_blob(VIPS_META_ICC_NAME, &size);
  VImage mislabelled = test::solid(32, 32, {200, 60, 40}).copy();
  mislabelled.set(VIPS_META_ICC_NAME, nullptr, const_cast<void*>(profile), size);
  const auto rendered = render_png(save(mislabelled, ".jpg[Q=98]"));
  ASSERT_TRUE(rendered) << rendered.error().message;
  EXPECT_TRUE(has_colour(load(rendered->outputs[0].bytes), {8, 8}, {200, 60, 40}, 5));
}

TEST(Colour, IgnoresAProfileThatIsNoise) {
  VImage mislabelled = test::solid(32, 32, {200, 60, 40}).copy();
  std::string noise(500, 'x');
  mislabelled.set(VIPS_META_ICC_NAME, nullptr, noise.data(), noise.size());
  const auto rendered = render_png(save(mislabelled, ".jpg[Q=98]"));
  ASSERT_TRUE(rendered) << rendered.error().message;
  EXPECT_TRUE(has_colour(load(rendered->outputs[0].bytes), {8, 8}, {200, 60, 40}, 5));
}

TEST(Colour, OfGreyHasThreeEqualBands) {
  for (const char* suffix : {".jpg[Q=98]", ".png", ".tif", ".webp[lossless]"}) {
    SCOPED_TRACE(suffix);
    const auto rendered = render_png(save(test::solid(32, 32, {100}), suffix));
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_TRUE(has_colour(load(rendered->outputs[0].bytes), {8, 8}, {100, 100, 100}, 1));
  }
}

TEST(Alpha, BecomesWhiteInJpegAndStaysElsewhere) {
  const VImage source = test::solid(32, 32, {200, 60, 40, 0})
                            .insert(test::solid(16, 32, {200, 60, 40, 255}), 0, 0)
                            .copy_memory();
  for (const char* suffix : {".png", ".webp[lossless]", ".avif[lossless]", ".tif"})
    for (const Format format : {Format::jpeg, Format::png, Format::webp, Format::avif})
      for (const Mode mode : {Mode::fast, Mode::best}) {
        SCOPED_TRACE(suffix + std::string(to_string(format)) + std::string(to_string(mode)));
        const auto rendered = render_one(
            save(source, suffix), {.width = 24, .format = format, .quality = 95, .mode = mode});
        ASSERT_TRUE(rendered) << rendered.error().message;
        const VImage image = load(rendered->outputs[0].bytes);
        if (format == Format::jpeg) {
          EXPECT_TRUE(has_colour(image, {4, 12}, {200, 60, 40}, 12));
          EXPECT_TRUE(has_colour(image, {20, 12}, {255, 255, 255}, 12));
        } else {
          EXPECT_TRUE(has_colour(image, {4, 12}, {200, 60, 40, 255}, 12));
          ASSERT_EQ(image.bands(), 4);
          EXPECT_LE(image.getpoint(20, 12)[3], 2);
        }
      }
}

TEST(Alpha, OfHiddenColourDoesNotBleed) {
  // Green that nobody sees beside red that everybody sees: the edge must not turn yellow.
  const VImage source = test::solid(64, 64, {0, 255, 0, 0})
                            .insert(test::solid(33, 64, {255, 0, 0, 255}), 0, 0)
                            .copy_memory();
  for (const int width : {5, 16, 48}) {
    SCOPED_TRACE(width);
    const auto rendered = render_one(save(source, ".png"), {.width = width, .format = Format::png});
    ASSERT_TRUE(rendered);
    const VImage image = load(rendered->outputs[0].bytes);
    const VImage visible = image.extract_band(3) > 30;
    EXPECT_LE((image.extract_band(1) * (visible / 255)).max(), 12);
  }
}

TEST(Alpha, ThatHidesNothingIsDropped) {
  const auto rendered = render_png(save(test::solid(32, 32, {200, 60, 40, 255}), ".png"));
  ASSERT_TRUE(rendered);
  EXPECT_EQ(load(rendered->outputs[0].bytes).bands(), 3);
}

/// An AVIF of one grey whose `colr` box says `primaries` and `transfer`.
std::string avif_with_nclx(double grey, char primaries, char transfer) {
  std::string bytes =
      save(test::solid(64, 64, {grey, grey, grey}), ".avif[lossless,bitdepth=8,strip]");
  const std::size_t box = bytes.find("colrnclx");
  EXPECT_NE(box, std::string::npos);
  if (box == std::string::npos) return {};
  bytes[box + 9] = primaries;
  bytes[box + 11] = transfer;
  return bytes;
}

TEST(Hdr, IsNotWashedOut) {
  const struct {
    const char* name;
    char transfer;
    double signal;
    double expected;
  } cases[] = {
      // BT.2408-7, table 1: diffuse white is 58 % of PQ and 75 % of HLG; a grey card, of 26 nits
      // where white has 203, is 38 % of both.
      {"pq white", 16, 148, 237}, {"pq grey", 16, 97, 101},      {"pq black", 16, 0, 0},
      {"pq peak", 16, 255, 255},  {"hlg white", 18, 191, 237},   {"hlg grey", 18, 97, 101},
      {"hlg black", 18, 0, 0},    {"linear white", 8, 255, 255}, {"linear half", 8, 128, 188},
      {"srgb", 13, 100, 100},     {"bt.709", 1, 100, 100},
  };
  for (const auto& c : cases)
    for (const Mode mode : {Mode::fast, Mode::best}) {
      SCOPED_TRACE(c.name);
      SCOPED_TRACE(to_string(mode));
      const auto rendered = render_png(avif_with_nclx(c.signal, 1, c.transfer), mode);
      ASSERT_TRUE(rendered) << rendered.error().message;
      EXPECT_TRUE(has_colour(load(rendered->outputs[0].bytes), {8, 8},
                             {c.expected, c.expected, c.expected}, 6));
    }
}

TEST(WideGamut, OfGreyIsThatGrey) {
  for (const char primaries : {'\x01', '\x09', '\x0c'}) {
    SCOPED_TRACE(static_cast<int>(primaries));
    const auto rendered = render_png(avif_with_nclx(100, primaries, 13));
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_TRUE(has_colour(load(rendered->outputs[0].bytes), {8, 8}, {100, 100, 100}, 2));
  }
}

}  // namespace
}  // namespace tintype::image
