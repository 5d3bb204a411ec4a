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
};

constexpr Shape kLuma = {.dc = 9.7, .base = 16.3, .slope = 3.73, .power = 1.28, .diagonal = 0.156};
constexpr Shape kChroma = {.dc = 9.1, .base = 14.6, .slope = 2.41, .power = 1.49, .diagonal = 0.21};

/// Matches scores of T.81's tables at qualities 60 to 90: README.md.
double factor(Rounding rounding) { return rounding == Rounding::plain ? 1.07 : 0.97; }

/// As in jpeg_quality_scaling() of the Independent JPEG Group's library.
double scale_of(int quality) { return quality < 50 ? 50.0 / quality : 2.0 - quality / 50.0; }

QuantTable make_table(const Shape& shape, double scale) {
  constexpr double kStepMax = 255;  // Of baseline: T.81, B.2.4.1.
  QuantTable table;
  for (int i = 0; i < 64; ++i) {
    const int u = i % 8;
    const int v = i / 8;
    const double r = std::hypot(u, v);
    const double step =
        i == 0 ? shape.dc
               : shape.base + shape.slope * std::pow(r, shape.power) + shape.diagonal * u * v;
    table[static_cast<std::size_t>(i)] =
        static_cast<std::uint16_t>(std::clamp(std::round(step * scale), 1.0, kStepMax));
  }
  return table;
}

}  // namespace

QuantTables quant_tables(int quality, Rounding rounding) {
  ASSERT(quality >= 1);
  ASSERT(quality <= 100);
  const double scale = scale_of(quality) * factor(rounding);
  return {make_table(kLuma, scale), make_table(kChroma, scale)};
}

}  // namespace tintype::image
