#include "image/pyramid.h"

#include <cmath>

#include "image/planes/resample.h"

namespace tintype::image {
namespace {

/// Samples of a channel for each one of the result.
double density(const Stretch& axis, double scale) {
  return std::abs(axis.end - axis.begin) * scale / axis.count;
}

Channel halve(const Channel& channel) {
  return {.plane = image::halve(channel.plane),
          .scale_x = channel.scale_x / 2,
          .scale_y = channel.scale_y / 2,
          .left = channel.left / 2,
          .top = channel.top / 2};
}

}  // namespace

const Channel& Pyramid::level_for(const Stretch& columns, const Stretch& rows) {
  constexpr double kDensityMin = 2;
  std::size_t index = 0;
  while (true) {
    const Channel& level = index == 0 ? decoded_ : levels_[index - 1];
    const bool next_is_enough = density(columns, level.scale_x) >= 2 * kDensityMin &&
                                density(rows, level.scale_y) >= 2 * kDensityMin;
    if (!next_is_enough) return level;
    if (index == levels_.size()) levels_.push_back(halve(level));
    ++index;
  }
}

}  // namespace tintype::image
