#include "image/render.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "image/codec_samples.h"
#include "image/general/test_codecs.h"
#include "image/photograph.h"
#include "image/sniff.h"
#include "image/test_pictures.h"

namespace tintype::image {
namespace {

using test::Colour;
using test::load;
using test::render_one;
using test::save;
using vips::VImage;

const Colour kRed = {255, 0, 0};
const Colour kGreen = {0, 255, 0};
const Colour kBlue = {0, 0, 255};
const Colour kWhite = {255, 255, 255};

TEST(Engines, ReadAndWriteEveryFormat) {
  for (const Engine* engine : {&photograph_engine(), &general_engine()}) {
    const Status warm = engine->warm();
    EXPECT_TRUE(warm) << warm.error().message;
  }
}

TEST(Engines, DivideTheWork) {
  const std::string photograph = save(test::photograph(64, 48), ".jpg[Q=80]");
  const std::string drawing = save(test::photograph(64, 48), ".png");
  const auto ask = [](const Engine& engine, const std::string& source) {
    return engine.render({.bytes = as_bytes(source)}, {{.width = 16}}, Limits{});
  };
  EXPECT_TRUE(ask(photograph_engine(), photograph).value().has_value());
  EXPECT_FALSE(ask(photograph_engine(), drawing).value().has_value());
  EXPECT_TRUE(ask(general_engine(), photograph).value().has_value());
  EXPECT_TRUE(ask(general_engine(), drawing).value().has_value());
}

TEST(Engines, EncodeAlikeWhatIsOpaque) {
  // The same pixels, one time as a photograph and one time as a drawing: a plan means the same.
  const VImage picture = test::photograph(320, 240);
  const std::string photograph = save(picture, ".jpg[Q=100,no_subsample]");
  const std::string drawing = save(load(photograph), ".png");
  for (const Format format : {Format::jpeg, Format::webp, Format::avif}) {
    SCOPED_TRACE(to_string(format));
    const auto one = render_one(photograph, {.width = 160, .format = format});
    const auto other = render_one(drawing, {.width = 160, .format = format});
    ASSERT_TRUE(one && other);
    const auto ratio = static_cast<double>(one->outputs[0].bytes.size()) /
                       static_cast<double>(other->outputs[0].bytes.size());
    EXPECT_NEAR(ratio, 1, 0.05);
  }
}

TEST(CodecVersions, NamesThoseThatAreLoaded) {
  for (const auto& [name, version] : codec_versions()) {
    SCOPED_TRACE(name);
    EXPECT_NE(version, "not loaded");
    EXPECT_NE(version.find('.'), std::string::npos) << version;
  }
}

TEST(Render, MakesEveryVariantFromOneSource) {
  const std::string source = save(test::photograph(800, 600), ".jpg[Q=95]");
  const std::vector<Plan> plans = {
      {.width = 64, .height = 64, .format = Format::webp},
      {.width = 512, .height = 512, .format = Format::jpeg},
      {.width = 300, .height = 300, .fit = Fit::contain, .format = Format::png},
      {.width = 33, .format = Format::avif},
      {.height = 600, .format = Format::jpeg, .quality = 95},
      {.width = 2000, .format = Format::jpeg},
      {.width = 16, .height = 64, .gravity = Gravity::smart, .format = Format::jpeg},
      {.width = 40, .height = 40, .format = Format::png, .mode = Mode::best},
  };

  const auto rendered = render({.bytes = as_bytes(source)}, plans, Limits{});

  ASSERT_TRUE(rendered) << rendered.error().message;
  EXPECT_EQ(rendered->source_type, "image/jpeg");
  EXPECT_EQ(rendered->source_width, 800);
  EXPECT_EQ(rendered->source_height, 600);
  EXPECT_GT(rendered->timings.decode_ms, 0);
  EXPECT_GT(rendered->timings.resize_ms, 0);
  EXPECT_GT(rendered->timings.encode_ms, 0);
  constexpr std::array<std::array<int, 2>, 8> kSizes = {
      {{64, 64}, {512, 512}, {300, 225}, {33, 25}, {800, 600}, {800, 600}, {16, 64}, {40, 40}}};
  ASSERT_EQ(rendered->outputs.size(), plans.size());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    SCOPED_TRACE(to_string(plans[i]));
    const Output& output = rendered->outputs[i];
    EXPECT_EQ(output.format, plans[i].format);
    EXPECT_EQ(output.width, kSizes[i][0]);
    EXPECT_EQ(output.height, kSizes[i][1]);
    const auto type = sniff(as_bytes(output.bytes));
    ASSERT_TRUE(type);
    EXPECT_EQ(media_type(*type), media_type(output.format));
    const VImage image = load(output.bytes);
    EXPECT_EQ(image.width(), output.width);
    EXPECT_EQ(image.height(), output.height);
    EXPECT_EQ(image.bands(), 3);
  }
}

TEST(Render, GivesTheSamePixelsWhateverIsMadeBesideThem) {
  const std::string source = save(test::photograph(1600, 1200), ".png");
  const Plan small = {.width = 100, .format = Format::png};
  const auto alone = render_one(source, small);
  const auto together = render({.bytes = as_bytes(source)},
                               {{.width = 1600, .format = Format::png}, small}, Limits{});
  ASSERT_TRUE(alone) << alone.error().message;
  ASSERT_TRUE(together);
  const VImage difference =
      (load(alone->outputs[0].bytes) - load(together->outputs[1].bytes)).abs();
  EXPECT_LE(difference.avg(), 1.5);
  EXPECT_LE(difference.max(), 12);
}

TEST(Render, ResizesToExactlyThePlannedSize) {
  const std::string source = save(test::photograph(997, 613), ".jpg[Q=80]");
  std::vector<Plan> plans;
  for (int side = 1; side < 1100; side += 13)
    plans.push_back({.width = side, .height = side, .enlarge = true});
  const auto rendered = render({.bytes = as_bytes(source)}, plans, Limits{});
  ASSERT_TRUE(rendered) << rendered.error().message;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    EXPECT_EQ(rendered->outputs[i].width, plans[i].width);
    EXPECT_EQ(rendered->outputs[i].height, plans[i].width);
  }
}

// EXIF 2.32, 4.6.5: orientation names the sides of the scene that row 0 and column 0 are. Hence,
// for each, which quarter of the scene (0 top left, 1 top right, 2 bottom left, 3 bottom right) is
// stored in each quarter of the file.
constexpr std::array<std::array<std::size_t, 4>, 8> kStoredQuarters = {{
    {0, 1, 2, 3},  // 1: top, left.
    {1, 0, 3, 2},  // 2: top, right.
    {3, 2, 1, 0},  // 3: bottom, right.
    {2, 3, 0, 1},  // 4: bottom, left.
    {0, 2, 1, 3},  // 5: left, top.
    {1, 3, 0, 2},  // 6: right, top.
    {3, 1, 2, 0},  // 7: right, bottom.
    {2, 0, 3, 1},  // 8: left, bottom.
}};

TEST(Render, TurnsThePictureUpright) {
  const std::array<Colour, 4> scene = {kRed, kGreen, kBlue, kWhite};
  for (const char* suffix : {".jpg[Q=95]", ".png", ".webp[Q=95]", ".tif"}) {
    for (std::size_t i = 0; i < kStoredQuarters.size(); ++i) {
      const int orientation = static_cast<int>(i) + 1;
      SCOPED_TRACE(suffix + std::to_string(orientation));
      std::array<Colour, 4> stored;
      for (std::size_t k = 0; k < stored.size(); ++k) stored[k] = scene[kStoredQuarters[i][k]];
      // The scene is 200 wide and 100 high; from 5 on it is stored lying on its side.
      VImage file =
          orientation < 5 ? test::quarters(200, 100, stored) : test::quarters(100, 200, stored);

      const auto rendered = render_one(test::save_lying(file, suffix, orientation),
                                       {.width = 50, .format = Format::png});

      ASSERT_TRUE(rendered) << rendered.error().message;
      EXPECT_EQ(rendered->source_width, 200);
      EXPECT_EQ(rendered->source_height, 100);
      const VImage upright = load(rendered->outputs[0].bytes);
      ASSERT_EQ(upright.width(), 50);
      ASSERT_EQ(upright.height(), 25);
      EXPECT_TRUE(test::has_colour(upright, {10, 5}, kRed, 12));
      EXPECT_TRUE(test::has_colour(upright, {40, 5}, kGreen, 12));
      EXPECT_TRUE(test::has_colour(upright, {10, 20}, kBlue, 12));
      EXPECT_TRUE(test::has_colour(upright, {40, 20}, kWhite, 12));
    }
  }
}

TEST(Render, DoesNotTurnHeicTwice) {
  // The turn of a HEIC is a property that libheif obeys; the EXIF tag beside it only repeats it.
  for (const char* suffix : {".heic[Q=90]", ".avif[Q=90]"}) {
    SCOPED_TRACE(suffix);
    const VImage file = test::quarters(200, 100, {kRed, kGreen, kBlue, kWhite});
    const auto rendered =
        render_one(test::save_lying(file, suffix, 6), {.width = 100, .format = Format::png});
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_EQ(rendered->source_width, 200);
    const VImage image = load(rendered->outputs[0].bytes);
    EXPECT_TRUE(test::has_colour(image, {20, 10}, kRed, 12));
    EXPECT_TRUE(test::has_colour(image, {80, 40}, kWhite, 12));
  }
}

TEST(Render, CropsTheMiddle) {
  const std::string source = save(test::quarters(400, 100, {kRed, kGreen, kRed, kGreen}), ".png");
  const auto rendered = render_one(source, {.width = 50, .height = 50, .format = Format::png});
  ASSERT_TRUE(rendered);
  const VImage image = load(rendered->outputs[0].bytes);
  EXPECT_TRUE(test::has_colour(image, {10, 25}, kRed, 3));
  EXPECT_TRUE(test::has_colour(image, {40, 25}, kGreen, 3));
}

TEST(Render, CropsWhereTheEyeGoes) {
  // A red square on grey, far from the middle.
  const VImage scene = test::solid(600, 100, {128, 128, 128})
                           .insert(test::solid(60, 60, {220, 40, 40}), 500, 20)
                           .copy_memory();
  const auto rendered =
      render_one(save(scene, ".png"),
                 {.width = 100, .height = 100, .gravity = Gravity::smart, .format = Format::png});
  ASSERT_TRUE(rendered) << rendered.error().message;
  const VImage image = load(rendered->outputs[0].bytes);
  EXPECT_GT(image.extract_band(0).max(), 200);
}

TEST(Render, StripsEverythingButPixels) {
  VImage file = test::photograph(64, 48).copy();
  file.set("exif-ifd0-Make", "Secret Camera");
  file.set("exif-ifd3-GPSLatitude", "51/1 30/1 0/1");
  file.set(VIPS_META_XMP_NAME, nullptr, const_cast<char*>("<x:xmpmeta>secret</x:xmpmeta>"), 29);
  const VImage tagged = file.icc_transform(
      "p3", VImage::option()->set("input_profile", "srgb")->set("embedded", false));
  const std::string source = save(tagged, ".jpg");
  ASSERT_NE(source.find("Secret Camera"), std::string::npos);
  ASSERT_NE(source.find("xmpmeta"), std::string::npos);

  for (const Format format : {Format::jpeg, Format::webp, Format::png, Format::avif}) {
    SCOPED_TRACE(to_string(format));
    const auto rendered = render_one(source, {.width = 32, .format = format});
    ASSERT_TRUE(rendered) << rendered.error().message;
    const std::string& bytes = rendered->outputs[0].bytes;
    EXPECT_EQ(bytes.find("Secret"), std::string::npos);
    EXPECT_EQ(bytes.find("xmpmeta"), std::string::npos);
    EXPECT_EQ(bytes.find("Exif"), std::string::npos);
    const VImage image = load(bytes);
    for (const char* field : {VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME, VIPS_META_IPTC_NAME,
                              VIPS_META_ICC_NAME, VIPS_META_ORIENTATION})
      EXPECT_EQ(image.get_typeof(field), 0U) << field;
  }
}

TEST(Render, ShowsTheFirstFrameOfAnAnimation) {
  VImage frames =
      test::solid(40, 30, kRed).join(test::solid(40, 30, kBlue), VIPS_DIRECTION_VERTICAL).copy();
  frames.set(VIPS_META_PAGE_HEIGHT, 30);
  for (const char* suffix : {".gif", ".webp[Q=95]"}) {
    SCOPED_TRACE(suffix);
    const auto rendered = render_one(save(frames, suffix), {.format = Format::png});
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_EQ(rendered->source_height, 30);
    EXPECT_TRUE(test::has_colour(load(rendered->outputs[0].bytes), {20, 15}, kRed, 8));
  }
}

TEST(Render, BestModeAveragesLight) {
  // Rows of black and white: half the light, which sRGB writes as 188. Averaging the numbers
  // themselves gives 128, too dark.
  const VImage rows = (VImage::xyz(256, 256).extract_band(1) % 2 * 255).cast(VIPS_FORMAT_UCHAR);
  const std::string source = save(rows, ".png");
  const struct {
    Mode mode;
    double expected;
  } cases[] = {{Mode::fast, 128}, {Mode::best, 188}};
  for (const auto& c : cases) {
    SCOPED_TRACE(to_string(c.mode));
    const auto rendered = render_one(source, {.width = 32, .format = Format::png, .mode = c.mode});
    ASSERT_TRUE(rendered) << rendered.error().message;
    EXPECT_NEAR(load(rendered->outputs[0].bytes).avg(), c.expected, 2);
  }
}

TEST(Render, DrawsSvgOnlyIfItIsOurs) {
  const std::string svg =
      "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='50'>"
      "<rect width='100' height='50' fill='#ff0000'/></svg>";
  const std::vector<Plan> plans = {{.width = 400, .format = Format::png, .enlarge = true}};
  const auto refused = render({.bytes = as_bytes(svg)}, plans, Limits{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  const auto drawn = render({.bytes = as_bytes(svg), .trusted = true}, plans, Limits{});
  ASSERT_TRUE(drawn) << drawn.error().message;
  EXPECT_EQ(drawn->source_type, "image/svg+xml");
  EXPECT_EQ(drawn->outputs[0].width, 400);
  EXPECT_TRUE(test::has_colour(load(drawn->outputs[0].bytes), {399, 199}, kRed, 0));
}

TEST(Render, IsThreadSafe) {
  const std::string source = save(test::photograph(300, 200), ".jpg");
  const auto expected = render_one(source, {.width = 100});
  ASSERT_TRUE(expected);
  std::array<Result<Rendered>, 4> results = {
      fail(ErrorCode::internal, ""), fail(ErrorCode::internal, ""), fail(ErrorCode::internal, ""),
      fail(ErrorCode::internal, "")};
  {
    std::vector<std::jthread> threads;
    for (auto& result : results)
      threads.emplace_back([&result, &source] {
        for (int i = 0; i < 5; ++i) result = render_one(source, {.width = 100});
        vips_thread_shutdown();
      });
  }
  for (const auto& result : results) {
    ASSERT_TRUE(result);
    EXPECT_EQ(result->outputs[0].bytes, expected->outputs[0].bytes);
  }
}

}  // namespace
}  // namespace tintype::image
