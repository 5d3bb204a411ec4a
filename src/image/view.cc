#include "image/view.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tintype::image {
namespace {

/// An axis of the upright picture, in pixels of the file.
Stretch shown(int cut, int count, int resized, int size, bool mirror) {
  const double step = static_cast<double>(size) / resized;
  const double begin = cut * step;
  const double end = (cut + count) * step;
  if (mirror) return {size - begin, size - end, count};
  return {begin, end, count};
}

Stretch halved_axis(const Stretch& axis) {
  const int count = image::halved(axis.count);
  const double step = (axis.end - axis.begin) / axis.count;
  return {axis.begin, axis.begin + step * 2 * count, count};
}

/// First pixel, and the one behind the last.
std::pair<int, int> reach(const Stretch& axis, int size, double sample_pixels) {
  constexpr double kLobes = 3;  // Of the Lanczos kernel.
  const double step = std::abs(axis.end - axis.begin) / axis.count;
  // Chroma has half as many samples on either side; and one more for rounding.
  const double margin = 2 * (kLobes * std::max(step, sample_pixels) + sample_pixels);
  const double low = std::min(axis.begin, axis.end) - margin;
  const double high = std::max(axis.begin, axis.end) + margin;
  return {std::clamp(static_cast<int>(std::floor(low)), 0, size - 1),
          std::clamp(static_cast<int>(std::ceil(high)), 1, size)};
}

}  // namespace

View View::halved() const {
  return {.columns = halved_axis(columns), .rows = halved_axis(rows), .transpose = transpose};
}

View view_of(const Placement& place, Cut cut, Size size, int orientation) {
  const Turn turn = turn_of(orientation);
  int left = cut.left;
  int top = cut.top;
  Size resized = place.resized;
  Size result = place.result;
  if (turn.transpose) {
    std::swap(left, top);
    std::swap(resized.width, resized.height);
    std::swap(result.width, result.height);
  }
  return {.columns = shown(left, result.width, resized.width, size.width, turn.mirror_x),
          .rows = shown(top, result.height, resized.height, size.height, turn.mirror_y),
          .transpose = turn.transpose};
}

Window window_of(const View& view, Size size, double sample_pixels) {
  const auto [left, right] = reach(view.columns, size.width, sample_pixels);
  const auto [top, bottom] = reach(view.rows, size.height, sample_pixels);
  return {left, top, right - left, bottom - top};
}

Window join(const Window& one, const Window& other) {
  const int left = std::min(one.left, other.left);
  const int top = std::min(one.top, other.top);
  const int right = std::max(one.left + one.width, other.left + other.width);
  const int bottom = std::max(one.top + one.height, other.top + other.height);
  return {left, top, right - left, bottom - top};
}

}  // namespace tintype::image
