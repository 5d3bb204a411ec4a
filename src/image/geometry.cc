#include "image/geometry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.h"

namespace tintype::image {
namespace {

/// Rounds to whole pixels, of which there is at least one. Sides beyond what any result may have
/// stop at a value that is over the limit and yet an int.
int to_side(double pixels) { return static_cast<int>(std::lround(std::clamp(pixels, 1.0, 1e9))); }

Placement place_unchecked(const Plan& plan, Size source) {
  const double by_width = static_cast<double>(plan.width) / source.width;
  const double by_height = static_cast<double>(plan.height) / source.height;
  const bool has_box = plan.width != 0 && plan.height != 0;
  const bool covers = has_box && plan.fit == Fit::cover;

  double scale = 1;
  if (has_box)
    scale = covers ? std::max(by_width, by_height) : std::min(by_width, by_height);
  else if (plan.width != 0 || plan.height != 0)
    scale = std::max(by_width, by_height);  // The other is zero.

  Size box = {plan.width, plan.height};
  if (scale > 1 && !plan.enlarge) {
    // The source is not to grow, so the box shrinks to the source, keeping its shape.
    box = {to_side(plan.width / scale), to_side(plan.height / scale)};
    scale = 1;
  }
  const Size resized = {to_side(source.width * scale), to_side(source.height * scale)};
  if (!covers) return {resized, resized};
  // Rounding may leave the picture a pixel short of its box.
  const Size filled = {std::max(resized.width, box.width), std::max(resized.height, box.height)};
  return {filled, box};
}

/// The largest side that a file of the format can say.
int side_max(Format format) {
  switch (format) {
    case Format::jpeg: return kSideMax;
    case Format::webp: return 16'383;  // 14 bits. https://developers.google.com/speed/webp/faq
    case Format::png: return kSideMax;
    case Format::avif: return kSideMax;
  }
  std::unreachable();
}

}  // namespace

double Placement::scale(Size source) const {
  return std::max(static_cast<double>(resized.width) / source.width,
                  static_cast<double>(resized.height) / source.height);
}

Result<Placement> place(const Plan& plan, Size source, const Limits& limits) {
  ASSERT(source.width > 0);
  ASSERT(source.height > 0);
  const Placement placement = place_unchecked(plan, source);
  const auto [width, height] = placement.result;
  const int limit = side_max(plan.format);
  if (width > limit || height > limit)
    return fail(ErrorCode::too_large,
                fmt::format("result of {}x{} pixels: sides of {} have at most {}", width, height,
                            to_string(plan.format), limit));
  // What is resized counts, not what is kept of it: a thin source can be huge before it is cropped.
  const std::int64_t pixels =
      static_cast<std::int64_t>(placement.resized.width) * placement.resized.height;
  if (pixels > limits.output_pixels_max)
    return fail(ErrorCode::too_large, fmt::format("result of {} pixels: at most {} are allowed",
                                                  pixels, limits.output_pixels_max));
  return placement;
}

}  // namespace tintype::image
