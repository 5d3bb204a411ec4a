// What is where: nothing moves by a fraction of a pixel, and a part is the same as of the whole.
#include <gtest/gtest.h>

#include "image/codec/test_codec.h"
#include "image/is_golden.h"
#include "image/test_scenes.h"

namespace tintype::image {
namespace {

using test::draw_jpeg;
using test::Landscape;
using test::load;
using test::render_one;
using test::save;
using test::Triple;
using vips::VImage;

constexpr Mode kModes[] = {Mode::fast, Mode::best};
constexpr double kShiftMax = 0.05;
/// Chroma of a JPEG: coarse steps on samples two pixels apart. Siting that is wrong shows as 0.25,
/// or more.
constexpr double kCoarseShiftMax = 0.1;

/// A soft spot, of brightness alone or of colour alone.
struct Spot {
  double x;
  double y;
  double radius_x;
  double radius_y;

  double operator()(double u, double v) const {
    return std::exp(-(std::pow((u - x) / radius_x, 2) + std::pow((v - y) / radius_y, 2)) / 2);
  }
};
constexpr double kBrightness = 150;
constexpr double kColour = 100;
constexpr double kGround = 100;  // With it and the most colour, R'G'B' stays in its range.

/// How far what is seen is from the reference, in pixels: the least squares of seen(x, y) =
/// spot(x - shift). Pixel (0, 0) has its middle at 0.5.
template <class F>
std::array<double, 2> shift_of(Size size, const Spot& spot, F seen) {
  std::array<double, 2> products = {};
  std::array<double, 2> squares = {};
  for (int row = 0; row < size.height; ++row)
    for (int column = 0; column < size.width; ++column) {
      const double x = column + 0.5 - spot.x;
      const double y = row + 0.5 - spot.y;
      const double expected = spot(column + 0.5, row + 0.5);
      const std::array<double, 2> slopes = {-x / std::pow(spot.radius_x, 2) * expected,
                                            -y / std::pow(spot.radius_y, 2) * expected};
      for (std::size_t i = 0; i < 2; ++i) {
        products[i] += (expected - seen(column, row)) * slopes[i];
        squares[i] += slopes[i] * slopes[i];
      }
    }
  return {products[0] / squares[0], products[1] / squares[1]};
}

std::array<double, 2> shift_seen(const Output& output, const Spot& spot, bool coloured) {
  if (output.format == Format::jpeg) {  // As its planes have it, chroma being halved.
    const Planes planes = test::decode_jpeg(output.bytes).planes;
    const Plane& plane = coloured ? planes.cr : planes.luma;
    const double step = coloured && planes.subsampled() ? 2 : 1;
    const auto [x, y] =
        shift_of({plane.width(), plane.height()},
                 {spot.x / step, spot.y / step, spot.radius_x / step, spot.radius_y / step},
                 [&](int column, int row) {
                   const int sample = plane.row(row)[column];
                   return coloured ? (sample - 128) / kColour : (sample - 60) / kBrightness;
                 });
    return {x * step, y * step};
  }
  const VImage image = load(output.bytes);
  const vips::VRegion region = image.region(0, 0, image.width(), image.height());
  return shift_of({image.width(), image.height()}, spot, [&](int x, int y) {
    const VipsPel* pixel = region.addr(x, y);
    if (!coloured) return (pixel[0] - 60) / kBrightness;
    return (pixel[0] - pixel[1]) / (1.402 + 0.714136) / kColour;  // T.871, clause 7.
  });
}

/// Of all results, each in its own pixels.
void expect_in_place(const test::Drawing& drawing, bool coloured) {
  const Size size = drawing.size;
  const double radius = size.height / 9.0;
  const Spot spot = {size.width * 0.47, size.height * 0.54, radius, radius};
  const std::string source = draw_jpeg(drawing, [&](double x, double y) {
    return coloured ? Triple{kGround, 128, 128 + kColour * spot(x, y)}
                    : Triple{60 + kBrightness * spot(x, y), 128, 128};
  });
  std::vector<Plan> plans;
  for (const Mode mode : kModes)
    for (const Format format : {Format::png, Format::jpeg})
      for (const Size box : {Size{0, 0}, {121, 0}, {60, 0}, {43, 0}, {61, 61}, {45, 32}, {121, 41}})
        plans.push_back({.width = box.width,
                         .height = box.height,
                         .format = format,
                         .quality = format == Format::jpeg ? 90 : 0,
                         .mode = mode});
  // Each alone, so that each is decoded as it is in life.
  for (const Plan& plan : plans) {
    SCOPED_TRACE(to_string(plan) + (coloured ? " colour" : " luma"));
    const auto rendered = render_one(source, plan);
    ASSERT_TRUE(rendered) << rendered.error().message;
    const auto at = place(plan, size, Limits{});
    ASSERT_TRUE(at);
    const double across = static_cast<double>(at->resized.width) / size.width;
    const double down = static_cast<double>(at->resized.height) / size.height;
    const int left = (at->resized.width - at->result.width) / 2;  // Whole pixels are cut.
    const int top = (at->resized.height - at->result.height) / 2;
    const Spot expected = {spot.x * across - left, spot.y * down - top, radius * across,
                           radius * down};
    const auto [x, y] = shift_seen(rendered->outputs[0], expected, coloured);
    const double most = coloured && plan.format == Format::jpeg ? kCoarseShiftMax : kShiftMax;
    EXPECT_NEAR(x, 0, most);
    EXPECT_NEAR(y, 0, most);
  }
}

TEST(RenderPlace, NothingMovesByAFractionOfAPixel) {
  constexpr std::pair<int, int> kSamplings[] = {{2, 2}, {1, 1}, {2, 1}, {1, 2}, {0, 0}};
  for (const Size size : {Size{240, 160}, {241, 163}})
    for (const auto sampling : kSamplings)
      for (const bool coloured : {false, true}) {
        if (coloured && sampling.first == 0) continue;
        SCOPED_TRACE(std::to_string(size.width) + " " + std::to_string(sampling.first) +
                     std::to_string(sampling.second));
        expect_in_place({.size = size, .sampling = sampling, .quality = 98}, coloured);
      }
}

TEST(RenderPlace, NothingMovesWhenItIsTurned) {
  for (int orientation = 2; orientation <= 8; ++orientation)
    for (const bool coloured : {false, true}) {
      SCOPED_TRACE(orientation);
      expect_in_place({.size = {241, 163}, .orientation = orientation, .quality = 98}, coloured);
    }
}

TEST(RenderPlace, APartIsTheSameAsOfTheWhole) {
  const Size size = {640, 200};
  const std::string sources[] = {
      draw_jpeg({.size = size}, Landscape(size)),
      draw_jpeg({.size = size, .orientation = 6}, Landscape(size)),
      draw_jpeg({.size = size, .progressive = true}, Landscape(size)),
      save(test::draw_image(size, Landscape(size)), ".webp[Q=95]"),
      save(test::draw_image(size, Landscape(size)), ".avif[Q=90,effort=0]"),
      save(test::draw_image(size, Landscape(size)), ".png"),
  };
  for (const std::string& source : sources) {
    for (const int height : {200, 150, 100, 50}) {
      for (const Mode mode : kModes) {
        SCOPED_TRACE(std::to_string(&source - sources) + ", height " + std::to_string(height) +
                     (mode == Mode::best ? " best" : ""));
        const auto part = render_one(
            source, {.width = 50, .height = height, .format = Format::png, .mode = mode});
        const auto whole =
            render_one(source, {.height = height, .format = Format::png, .mode = mode});
        ASSERT_TRUE(part) << part.error().message;
        ASSERT_TRUE(whole) << whole.error().message;
        const VImage picture = load(whole->outputs[0].bytes);
        EXPECT_TRUE(test::looks_like(
            load(part->outputs[0].bytes),
            picture.extract_area((picture.width() - 50) / 2, 0, 50, height).copy_memory(),
            {.mean = 0.6, .max = 4}));
      }
    }
  }
}

TEST(RenderPlace, KeepsWhereTheEyeGoes) {
  // A red square on grey, far from the middle.
  const auto scene = [](double x, double y) {
    const bool square = x > 500 && x < 560 && y > 20 && y < 80;
    return test::ycc_of(square ? Triple{220, 40, 40} : Triple{128, 128, 128});
  };
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const int side : {100, 50, 23}) {
      SCOPED_TRACE(std::to_string(orientation) + ", " + std::to_string(side));
      const auto rendered = render_one(
          draw_jpeg({.size = {600, 100}, .orientation = orientation}, scene),
          {.width = side, .height = side, .gravity = Gravity::smart, .format = Format::png});
      ASSERT_TRUE(rendered) << rendered.error().message;
      const VImage picture = load(rendered->outputs[0].bytes);
      // All of the square is in it.
      const double red = (picture.extract_band(0) - picture.extract_band(1)).avg();
      EXPECT_NEAR(red, 180 * 0.36, 180 * 0.04);
    }
  }
}

TEST(RenderPlace, CompanyChangesNothing) {
  const Size size = {801, 599};
  const Plan plans[] = {{.width = 64, .height = 64, .format = Format::png},
                        {.width = 101, .format = Format::png},
                        {.width = 101, .format = Format::png, .mode = Mode::best}};
  const std::string sources[] = {
      draw_jpeg({.size = size}, Landscape(size)),
      save(test::draw_image(size, Landscape(size)), ".webp[Q=95]"),
  };
  for (const std::string& source : sources) {
    for (const Plan& plan : plans) {
      SCOPED_TRACE(to_string(plan));
      const auto alone = render_one(source, plan);
      const auto together = render({.bytes = as_bytes(source)},
                                   {{.width = 801}, plan, {.width = 20, .mode = Mode::best}}, {});
      ASSERT_TRUE(alone) << alone.error().message;
      ASSERT_TRUE(together) << together.error().message;
      EXPECT_TRUE(test::looks_like(load(together->outputs[1].bytes), load(alone->outputs[0].bytes),
                                   {.mean = 0.8, .max = 12}));
    }
  }
}

}  // namespace
}  // namespace tintype::image
