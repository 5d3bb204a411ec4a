#include "image/planes/linear_plan.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "image/planes/plane.h"

namespace tintype::image {
namespace {

/// ITU-T H.273, 8.3, equations 38 to 46.
Colours colours_of(Matrix matrix, Range range) {
  double red = 0.299;
  double blue = 0.114;
  if (matrix == Matrix::bt709) {
    red = 0.2126;
    blue = 0.0722;
  } else if (matrix == Matrix::bt2020) {
    red = 0.2627;
    blue = 0.0593;
  }
  const double green = 1 - red - blue;
  const bool limited = range == Range::limited;
  const double chroma = limited ? 1.0 / 224 : 1.0 / 255;
  Colours colours;
  colours.luma_gain = static_cast<float>(limited ? 1.0 / 219 : 1.0 / 255);
  colours.luma_offset = static_cast<float>(limited ? -16.0 / 219 : 0);
  colours.red_of_cr = static_cast<float>(2 * (1 - red) * chroma);
  colours.blue_of_cb = static_cast<float>(2 * (1 - blue) * chroma);
  colours.green_of_cr = static_cast<float>(-2 * (1 - red) * red / green * chroma);
  colours.green_of_cb = static_cast<float>(-2 * (1 - blue) * blue / green * chroma);
  return colours;
}

Siting siting_of(const Photo& photo, const LinearPlan& plan) {
  Siting siting;
  const Channel& luma = photo.luma;
  const Channel& chroma = photo.cb;
  for (int x = 0; x < plan.column_count; ++x) {
    const double place = column_in(chroma, luma, plan.column_begin + x);
    const int index = static_cast<int>(std::floor(place));
    siting.places.push_back({.index = index, .fraction = static_cast<float>(place - index)});
  }
  siting.begin = siting.places.front().index;
  siting.end = siting.places.back().index + 2;
  siting.shift = siting.begin;
  siting.even = siting.places[0];
  siting.odd = siting.places[1];
  const bool aligned = siting.even.fraction == 0;
  if (chroma.scale_x == luma.scale_x && aligned) siting.kind = Siting::Kind::same;
  if (chroma.scale_x * 2 == luma.scale_x) siting.kind = Siting::Kind::doubled;
  return siting;
}

Stretch in_samples(const Stretch& pixels, double scale, double start) {
  return {.begin = pixels.begin * scale - start,
          .end = pixels.end * scale - start,
          .count = pixels.count};
}

void plan_columns(const Stretch& stretch, int width, LinearPlan& plan) {
  constexpr int kLine = static_cast<int>(Plane::kAlignment);
  plan.columns = lanczos_taps(stretch, width, {.multiple = 8, .neighbours = 2});
  const auto begin = plan.columns.first.begin();
  const auto end = begin + stretch.count;
  const auto [low, high] = std::minmax_element(begin, end);
  const int last = std::min(*high + plan.columns.width, width);
  plan.column_begin = *low / kLine * kLine;
  plan.column_count = (last - plan.column_begin + kLine - 1) / kLine * kLine;
  for (auto at = begin; at != end; ++at) *at -= plan.column_begin;
}

void plan_rows(const Stretch& stretch, int height, LinearPlan& plan) {
  plan.rows = lanczos_taps(stretch, height, {});
  plan.upward = stretch.begin > stretch.end;
  plan.row_begin = plan.rows.first;
  // Taps that are nothing were left out, so a row may begin after the next one does.
  int begin = height;
  for (int i = 0; i < stretch.count; ++i) {
    const auto y = static_cast<std::size_t>(plan.upward ? i : stretch.count - 1 - i);
    begin = std::min(begin, plan.rows.first[y]);
    plan.row_begin[y] = begin;
    plan.rows_kept = std::max(plan.rows_kept, plan.rows.first[y] + plan.rows.width - begin);
  }
}

}  // namespace

double column_in(const Channel& other, const Channel& channel, int at) {
  return (at + 0.5 + channel.left) / channel.scale_x * other.scale_x - other.left - 0.5;
}

double row_in(const Channel& other, const Channel& channel, int at) {
  return (at + 0.5 + channel.top) / channel.scale_y * other.scale_y - other.top - 0.5;
}

LinearPlan plan_linear(const Photo& photo, const Stretch& horizontal, const Stretch& vertical,
                       bool subsampled) {
  const Channel& luma = photo.luma;
  LinearPlan plan;
  plan_columns(in_samples(horizontal, luma.scale_x, luma.left), luma.plane.width(), plan);
  plan_rows(in_samples(vertical, luma.scale_y, luma.top), luma.plane.height(), plan);
  plan.colours = colours_of(photo.matrix, photo.range);
  plan.subsampled = subsampled;
  if (!photo.grey()) plan.siting = siting_of(photo, plan);
  return plan;
}

}  // namespace tintype::image
