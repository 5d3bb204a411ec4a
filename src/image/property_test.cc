// Laws that hold for every picture, whichever way it takes.
#include <gtest/gtest.h>

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
using test::Triple;
using vips::VImage;

constexpr Mode kModes[] = {Mode::fast, Mode::best};
constexpr Format kFormats[] = {Format::jpeg, Format::webp, Format::avif, Format::png};
/// 4:2:0, 4:4:4, 4:2:2, 4:4:0, grey.
constexpr std::pair<int, int> kSamplings[] = {{2, 2}, {1, 1}, {2, 1}, {1, 2}, {0, 0}};

std::string words(Format format, Mode mode) {
  return std::string(to_string(format)) + ", " + std::string(to_string(mode)) + " ";
}

TEST(RenderLaw, TwoMirrorsAndFourTurnsUndoThemselves) {
  const VImage scene = draw_image({61, 47}, Landscape({61, 47}));
  const struct {
    const char* name;
    int orientation;
    int count;
  } cases[] = {{"mirror", 2, 2},     {"upside down", 3, 2}, {"flip", 4, 2},     {"transpose", 5, 2},
               {"turn right", 6, 4}, {"transverse", 7, 2},  {"turn left", 8, 4}};
  for (const char* suffix : {".png", ".jpg[Q=100,subsample_mode=off]"}) {
    for (const Mode mode : kModes) {
      for (const auto& c : cases) {
        SCOPED_TRACE(std::string(suffix) + " " + c.name + " " + std::string(to_string(mode)));
        VImage picture = scene;
        for (int i = 0; i < c.count; ++i) {
          const auto rendered = render_one(test::save_lying(picture, suffix, c.orientation),
                                           {.format = Format::png, .mode = mode});
          ASSERT_TRUE(rendered) << rendered.error().message;
          picture = load(rendered->outputs[0].bytes).copy_memory();
        }
        EXPECT_TRUE(test::looks_like(picture, scene, {.mean = 0.7, .max = 5}));
      }
    }
  }
}

TEST(RenderLaw, EveryOrientationIsTheSamePicture) {
  for (const Format format : kFormats) {
    for (const Mode mode : kModes) {
      VImage upright;
      for (int orientation = 1; orientation <= 8; ++orientation) {
        SCOPED_TRACE(words(format, mode) + std::to_string(orientation));
        const auto rendered =
            render_one(draw_jpeg({.size = {301, 199}, .orientation = orientation, .quality = 98},
                                 Landscape({301, 199})),
                       {.width = 91, .height = 51, .format = format, .quality = 95, .mode = mode});
        ASSERT_TRUE(rendered) << rendered.error().message;
        const VImage picture = load(rendered->outputs[0].bytes).copy_memory();
        if (orientation == 1) upright = picture;
        // Pairs of pixels that share chroma are others in a file that begins elsewhere.
        EXPECT_TRUE(test::looks_like(picture, upright, {.mean = 1.5, .max = 18}));
      }
    }
  }
}

/// The law, told once more and differently: what a side of the result may be.
void expect_lawful(const Plan& plan, Size source, const Output& result) {
  const double shape = static_cast<double>(source.width) / source.height;
  const bool cover = plan.fit == Fit::cover && plan.width != 0 && plan.height != 0;
  if (cover && plan.enlarge) {
    EXPECT_EQ(result.width, plan.width);
    EXPECT_EQ(result.height, plan.height);
    return;
  }
  if (!plan.enlarge) {
    EXPECT_LE(result.width, source.width);
    EXPECT_LE(result.height, source.height);
  }
  if (plan.width != 0) EXPECT_LE(result.width, plan.width);
  if (plan.height != 0) EXPECT_LE(result.height, plan.height);
  // Half a pixel is rounding; a side is never nothing.
  const double wanted = cover ? static_cast<double>(plan.width) / plan.height : shape;
  const double slack = 0.5 + 0.5 * std::max(wanted, 1 / wanted);
  if (result.width > 1 && result.height > 1)
    EXPECT_LE(std::abs(result.width - wanted * result.height), slack * std::max(1.0, wanted));
}

TEST(RenderLaw, SizesFollowThePlan) {
  const Size sizes[] = {{1, 1}, {1, 500}, {3, 2}, {17, 15}, {64, 64}, {127, 33}, {300, 1}};
  std::vector<Plan> plans;
  for (const Fit fit : {Fit::cover, Fit::contain})
    for (const bool enlarge : {false, true})
      for (const Size box : {Size{0, 0}, {1, 1}, {31, 0}, {0, 31}, {40, 24}, {7, 50}})
        plans.push_back({.width = box.width,
                         .height = box.height,
                         .fit = fit,
                         .format = Format::png,
                         .enlarge = enlarge});
  plans.push_back({.width = 16, .height = 9, .mode = Mode::best});
  for (const Size size : sizes) {
    for (const auto sampling : kSamplings) {
      for (const int orientation : {1, 6}) {
        const auto rendered =
            render({.bytes = as_bytes(
                        draw_jpeg({.size = size, .orientation = orientation, .sampling = sampling},
                                  Landscape(size)))},
                   plans, Limits{});
        SCOPED_TRACE(std::to_string(size.width) + "x" + std::to_string(size.height) + " " +
                     std::to_string(sampling.first) + std::to_string(sampling.second) + " " +
                     std::to_string(orientation));
        ASSERT_TRUE(rendered) << rendered.error().message;
        EXPECT_EQ(rendered->source_width, size.width);
        for (std::size_t i = 0; i < plans.size(); ++i) {
          SCOPED_TRACE(to_string(plans[i]));
          const Output& output = rendered->outputs[i];
          expect_lawful(plans[i], size, output);
          const VImage picture = load(output.bytes);
          EXPECT_EQ(picture.width(), output.width);
          EXPECT_EQ(picture.height(), output.height);
        }
      }
    }
  }
}

TEST(RenderLaw, AFlatColourStaysThatColour) {
  const Triple colours[] = {
      {0, 128, 128}, {255, 128, 128}, {128, 128, 128}, {110, 90, 180}, {70, 170, 100}};
  std::vector<Plan> plans;
  for (const int width : {177, 129, 80, 60, 44, 30, 20, 11, 3, 1})  // Sides of 8, 6, 4, 3, 2, 1.
    for (const Mode mode : kModes)
      plans.push_back({.width = width, .height = width, .format = Format::png, .mode = mode});
  for (const auto sampling : kSamplings) {
    for (const Triple& colour : colours) {
      const bool grey = sampling.first == 0;
      const Triple expected = test::rgb_of(grey ? Triple{colour[0], 128, 128} : colour);
      const auto rendered = render(
          {.bytes = as_bytes(draw_jpeg({.size = {177, 191}, .sampling = sampling, .quality = 100},
                                       [&](double, double) { return colour; }))},
          plans, Limits{});
      ASSERT_TRUE(rendered) << rendered.error().message;
      for (std::size_t i = 0; i < plans.size(); ++i) {
        SCOPED_TRACE(to_string(plans[i]) + std::to_string(sampling.first) +
                     std::to_string(sampling.second) + " " + std::to_string(colour[0]));
        const VImage picture =
            load(rendered->outputs[i].bytes).colourspace(VIPS_INTERPRETATION_sRGB);
        for (int band = 0; band < 3; ++band) {
          const double wanted = expected[static_cast<std::size_t>(band)];
          EXPECT_NEAR(picture.extract_band(band).min(), wanted, 1.5) << band;
          EXPECT_NEAR(picture.extract_band(band).max(), wanted, 1.5) << band;
        }
      }
    }
  }
}

TEST(RenderLaw, AFlatColourSurvivesEveryFormat) {
  const Triple colour = {180, 90, 60};
  const VImage flat = test::solid(90, 70, {colour[0], colour[1], colour[2]});
  for (const char* suffix : {".jpg[Q=98]", ".png", ".webp[Q=98]", ".avif[Q=95,effort=0]"}) {
    for (const Format format : kFormats) {
      for (const Mode mode : kModes) {
        SCOPED_TRACE(suffix + words(format, mode));
        const auto rendered = render_one(
            save(flat, suffix), {.width = 31, .format = format, .quality = 95, .mode = mode});
        ASSERT_TRUE(rendered) << rendered.error().message;
        EXPECT_TRUE(test::looks_like(load(rendered->outputs[0].bytes),
                                     flat.extract_area(0, 0, 31, 24), {.mean = 2, .max = 2.5}));
      }
    }
  }
}

TEST(RenderLaw, ARampStaysMonotone) {
  for (const auto sampling : kSamplings) {
    const std::string source =
        draw_jpeg({.size = {512, 24}, .sampling = sampling, .quality = 100},
                  [](double x, double) { return Triple{16 + x * 224 / 512, 128, 128}; });
    for (const int width : {150, 128, 100, 64, 41, 32, 16}) {
      for (const Mode mode : kModes) {
        SCOPED_TRACE(std::to_string(sampling.first) + std::to_string(sampling.second) + " " +
                     std::to_string(width) + words(Format::png, mode));
        const auto rendered =
            render_one(source, {.width = width, .format = Format::png, .mode = mode});
        ASSERT_TRUE(rendered) << rendered.error().message;
        const VImage ramp = load(rendered->outputs[0].bytes);
        const vips::VRegion region = ramp.region(0, 0, width, 1);
        for (int x = 1; x < width; ++x) EXPECT_GE(*region.addr(x, 0), *region.addr(x - 1, 0)) << x;
      }
    }
  }
}

}  // namespace
}  // namespace tintype::image
