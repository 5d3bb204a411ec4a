#include "image/codec/jpeg_tables.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace tintype::image {
namespace {

/// A step grows with the distance r of its frequency (u, v) from zero:
/// base + slope * r ^ power + diagonal * u * v. Found by a random search (an evolution strategy
/// with one parent and one child) for the best SSIMULACRA2 at equal bytes; how: README.md. What it
/// found against T.81's: the lowest frequencies coarser, the highest finer, and chroma much finer.
struct Shape {
  double dc;
  double base;
  double slope;
  double power;
  double diagonal;
  double first = 1;   ///< A factor of the frequencies whose u + v is 1,
  double second = 1;  ///< and 2.
};

struct Shapes {
  Shape luma;
  Shape chroma;
  double factor;  ///< Matches scores of T.81's tables at qualities 60 to 90: README.md.
};

constexpr Shapes kPlain = {
    .luma = {.dc = 9.7, .base = 16.3, .slope = 3.73, .power = 1.28, .diagonal = 0.156},
    .chroma = {.dc = 9.1, .base = 14.6, .slope = 2.41, .power = 1.49, .diagonal = 0.21},
    .factor = 1.07};
constexpr Shapes kTrellis = {
    .luma = {.dc = 8.62,
             .base = 18.4,
             .slope = 3.04,
             .power = 1.15,
             .diagonal = 0.156,
             .first = 0.672,
             .second = 0.869},
    .chroma = {.dc = 9.2, .base = 14.6, .slope = 1.9, .power = 1.75, .diagonal = 0.244},
    .factor = 1.1};

/// As in jpeg_quality_scaling() of the Independent JPEG Group's library.
double scale_of(int quality) { return quality < 50 ? 50.0 / quality : 2.0 - quality / 50.0; }

QuantTable make_table(const Shape& shape, double scale) {
  constexpr double kStepMax = 255;  // Of baseline: T.81, B.2.4.1.
  QuantTable table;
  for (int i = 0; i < 64; ++i) {
    const int u = i % 8;
    const int v = i / 8;
    const double r = std::hypot(u, v);
    double step = shape.base + shape.slope * std::pow(r, shape.power) + shape.diagonal * u * v;
    if (u + v == 1) step *= shape.first;
    if (u + v == 2) step *= shape.second;
    if (i == 0) step = shape.dc;
    table[static_cast<std::size_t>(i)] =
        static_cast<std::uint16_t>(std::clamp(std::round(step * scale), 1.0, kStepMax));
  }
  return table;
}

}  // namespace

QuantTables quant_tables(int quality, Rounding rounding) {
  ASSERT(quality >= 1);
  ASSERT(quality <= 100);
  const Shapes& shapes = rounding == Rounding::plain ? kPlain : kTrellis;
  const double scale = scale_of(quality) * shapes.factor;
  return {make_table(shapes.luma, scale), make_table(shapes.chroma, scale)};
}

}  // namespace tintype::image
