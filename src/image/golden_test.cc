// Whole pictures, from file to file, beside those that were looked at: test/golden/README.md.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "image/is_golden.h"
#include "image/test_scenes.h"

namespace tintype::image {
namespace {

using test::draw_image;
using test::draw_jpeg;
using test::Landscape;
using test::load;
using test::render_one;
using test::save;
using vips::VImage;

constexpr Size kSize = {480, 360};

std::string jpeg_of(test::Drawing drawing) { return draw_jpeg(drawing, Landscape(drawing.size)); }
std::string saved(Size size, const char* suffix) {
  return save(draw_image(size, Landscape(size)), suffix);
}

std::string display_p3() {
  const std::unique_ptr<VipsBlob, void (*)(VipsBlob*)> blob(
      VImage::profile_load("p3"), [](VipsBlob* each) { vips_area_unref(VIPS_AREA(each)); });
  std::size_t size = 0;
  const void* profile = vips_blob_get(blob.get(), &size);
  return {static_cast<const char*>(profile), size};
}

/// What kernels of other processors and newer codecs may change; the negative control shows that
/// what people see is more than this.
constexpr test::Difference kSamePicture = {.mean = 0.4, .max = 6};

TEST(Golden, LooksAsItDid) {
  const Plan box = {.width = 96, .height = 96, .format = Format::png};
  const Plan inside = {.width = 96, .height = 96, .fit = Fit::contain, .format = Format::png};
  Plan best = box;
  best.mode = Mode::best;
  Plan smart = box;
  smart.gravity = Gravity::smart;
  smart.height = 40;
  const auto to = [](Plan plan, Format format) {
    plan.format = format;
    plan.quality = 80;
    return plan;
  };
  const struct {
    const char* name;
    std::string source;
    Plan plan;
  } cases[] = {
      {"cover", jpeg_of({.size = kSize}), box},
      {"contain_odd", jpeg_of({.size = {481, 333}}), {.width = 77, .format = Format::png}},
      {"full_size_odd", jpeg_of({.size = {95, 71}}), {.format = Format::png}},
      {"smart", jpeg_of({.size = kSize}), smart},
      {"display_p3", jpeg_of({.size = kSize, .icc = display_p3()}), inside},
      {"chroma_of_full_size", jpeg_of({.size = kSize, .sampling = {1, 1}}), inside},
      {"chroma_halved_down", jpeg_of({.size = kSize, .sampling = {1, 2}}), inside},
      {"grey", jpeg_of({.size = kSize, .sampling = {0, 0}}), inside},
      {"progressive", jpeg_of({.size = {960, 720}, .progressive = true}), inside},
      {"best", jpeg_of({.size = kSize}), best},
      {"from_png", saved(kSize, ".png"), inside},
      {"from_webp", saved(kSize, ".webp[Q=90]"), inside},
      {"from_avif", saved(kSize, ".avif[Q=80,effort=0]"), inside},
      {"to_jpeg", jpeg_of({.size = kSize}), to(inside, Format::jpeg)},
      {"to_jpeg_best", jpeg_of({.size = kSize}), to(best, Format::jpeg)},
      {"to_webp", jpeg_of({.size = kSize}), to(inside, Format::webp)},
      {"to_avif", jpeg_of({.size = kSize}), to(inside, Format::avif)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto rendered = render_one(c.source, c.plan);
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_TRUE(test::is_golden(load(rendered->outputs[0].bytes), c.name, kSamePicture));
  }
}

TEST(Golden, EveryOrientationLooksAlike) {
  VImage upright;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    const auto rendered = render_one(
        jpeg_of(
            {.size = {481, 333}, .orientation = orientation, .sampling = {1, 1}, .quality = 98}),
        {.width = 64, .height = 64, .format = Format::png});
    ASSERT_TRUE(rendered) << rendered.error().message;
    const VImage seen = load(rendered->outputs[0].bytes).copy_memory();
    if (orientation == 1) {
      upright = seen;
      EXPECT_TRUE(test::is_golden(seen, "turned", kSamePicture));
    }
    // Its blocks begin elsewhere.
    EXPECT_TRUE(test::looks_like(seen, upright, {.mean = 0.6, .max = 6}));
  }
}

/// Whether it takes a wrong picture for a right one.
TEST(Golden, SeesWhatIsWrong) {
  const auto rendered =
      render_one(jpeg_of({.size = kSize}), {.width = 96, .height = 96, .format = Format::png});
  ASSERT_TRUE(rendered) << rendered.error().message;
  const VImage right = load(rendered->outputs[0].bytes).copy_memory();
  const auto swapped = [](const VImage& image) {
    const VImage ycc = image.colourspace(VIPS_INTERPRETATION_LAB);
    return ycc.extract_band(0)
        .bandjoin(ycc.extract_band(2))
        .bandjoin(ycc.extract_band(1))
        .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_LAB))
        .colourspace(VIPS_INTERPRETATION_sRGB);
  };
  const struct {
    const char* name;
    VImage picture;
  } cases[] = {
      {"half as bright", (right * 0.5).cast(VIPS_FORMAT_UCHAR)},
      {"a little darker", (right * 0.95).cast(VIPS_FORMAT_UCHAR)},
      {"shifted by one pixel", right.wrap(VImage::option()->set("x", 95)->set("y", 0))},
      {"swapped chroma", swapped(right)},
      {"mirrored", right.fliphor()},
      {"blurred", right.gaussblur(0.8)},
      {"one pixel less", right.extract_area(0, 0, 95, 96)},
      {"grey", right.colourspace(VIPS_INTERPRETATION_B_W).colourspace(VIPS_INTERPRETATION_sRGB)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(test::looks_like(c.picture, right, kSamePicture));
  }
  EXPECT_TRUE(test::looks_like(right, right, {}));
}

}  // namespace
}  // namespace tintype::image
