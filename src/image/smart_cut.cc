#include "image/smart_cut.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace tintype::image {
namespace {

/// Cells along the longer side: as exact as a cut has to be, and coarse enough that texture
/// averages out while faces do not.
constexpr int kCellsMax = 32;

/// Numbers on a grid of cells, row by row. What is asked for beyond an edge is what is at the edge.
class Grid {
 public:
  Grid(int width, int height)
      : width_(width),
        height_(height),
        values_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {}

  int width() const { return width_; }
  int height() const { return height_; }
  double& at(int x, int y) { return values_[index(x, y)]; }
  double at(int x, int y) const {
    return values_[index(std::clamp(x, 0, width_ - 1), std::clamp(y, 0, height_ - 1))];
  }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }
  int width_;
  int height_;
  std::vector<double> values_;
};

/// Red, green, blue, each 0 to 1.
using Colour = std::array<double, 3>;

double luma_of(const Colour& colour) {
  return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];  // BT.601.
}

/// 1 for the colour of skin, whatever its lightness, down to 0 for grey and all that is as far from
/// it. The direction is smartcrop.js's.
double skin_of(const Colour& colour) {
  constexpr Colour kSkin = {0.78, 0.57, 0.44};
  constexpr double kSkinLength = 1.0615;
  constexpr double kLumaMin = 0.2;  // In the dark everything is brown.
  constexpr double kLumaMax = 0.95;
  const double luma = luma_of(colour);
  const double length =
      std::sqrt(colour[0] * colour[0] + colour[1] * colour[1] + colour[2] * colour[2]);
  if (luma < kLumaMin || luma > kLumaMax || length == 0) return 0;
  double product = 0;
  for (std::size_t i = 0; i < colour.size(); ++i) product += colour[i] * kSkin[i];
  const double likeness = product / (length * kSkinLength);  // The cosine between the two.
  constexpr double kGrey = 0.975;  // Where grey lies: only what is nearer to skin counts.
  return std::clamp((likeness - kGrey) / (1 - kGrey), 0.0, 1.0);
}

/// How far from grey, 0 to 1; nothing in what is nearly black.
double saturation_of(const Colour& colour) {
  constexpr double kLumaMin = 0.05;
  if (luma_of(colour) < kLumaMin) return 0;
  const auto [least, most] = std::minmax({colour[0], colour[1], colour[2]});
  return most - least;
}

/// The means of the pixels of a cell. (Not of their mean: red beside grey would be skin.)
struct Cell {
  double luma = 0;
  double skin = 0;
  double saturation = 0;
};

Cell cell_of(const Rgb& picture, const Grid& grid, int x, int y) {
  const auto bound = [](int cell, int pixels, int cells) { return cell * pixels / cells; };
  const int left = bound(x, picture.width, grid.width());
  const int right = bound(x + 1, picture.width, grid.width());
  const int top = bound(y, picture.height, grid.height());
  const int bottom = bound(y + 1, picture.height, grid.height());
  Cell cell;
  for (int row = top; row < bottom; ++row)
    for (int column = left; column < right; ++column) {
      const std::uint8_t* const samples = picture.row(row) + std::ptrdiff_t{3} * column;
      const Colour colour = {samples[0] / 255.0, samples[1] / 255.0, samples[2] / 255.0};
      cell.luma += luma_of(colour);
      cell.skin += skin_of(colour);
      cell.saturation += saturation_of(colour);
    }
  const double scale = 1.0 / ((right - left) * (bottom - top));
  return {cell.luma * scale, cell.skin * scale, cell.saturation * scale};
}

Grid scores_of(const Rgb& picture) {
  constexpr double kSkinWeight = 1.5;
  constexpr double kSaturationWeight = 0.5;
  constexpr double kDetailWeight = 1.0;
  const double scale =
      std::min(1.0, static_cast<double>(kCellsMax) / std::max(picture.width, picture.height));
  Grid luma(std::max(1, static_cast<int>(picture.width * scale)),
            std::max(1, static_cast<int>(picture.height * scale)));
  Grid scores(luma.width(), luma.height());
  for (int y = 0; y < luma.height(); ++y)
    for (int x = 0; x < luma.width(); ++x) {
      const Cell cell = cell_of(picture, luma, x, y);
      luma.at(x, y) = cell.luma;
      scores.at(x, y) = kSkinWeight * cell.skin + kSaturationWeight * cell.saturation;
    }
  const Grid& seen = luma;
  for (int y = 0; y < seen.height(); ++y)
    for (int x = 0; x < seen.width(); ++x) {
      // The Laplacian: what differs from all around it.
      double around = 0;
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) around += seen.at(x + dx, y + dy);
      scores.at(x, y) += kDetailWeight * std::abs(9 * seen.at(x, y) - around) / 8;
    }
  return scores;
}

/// For each cell, how much there is to see around it along its row, in a soft window that `cells`
/// of a result fill. Turned: twice is both ways. Nothing is beyond the edges.
Grid seen_around(const Grid& grid, double cells) {
  constexpr double kSigmasPerWindow = 5;  // Softer ones keep less of what is near the border.
  constexpr double kSigmaMin = 0.7;
  const double sigma = std::max(kSigmaMin, cells / kSigmasPerWindow);
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  Grid result(grid.height(), grid.width());
  for (int y = 0; y < grid.height(); ++y)
    for (int x = 0; x < grid.width(); ++x)
      for (int other = std::max(0, x - reach); other < std::min(grid.width(), x + reach + 1);
           ++other) {
        const double distance = (other - x) / sigma;
        result.at(y, x) += grid.at(other, y) * std::exp(-0.5 * distance * distance);
      }
  return result;
}

}  // namespace

Cut smart_cut(const Rgb& small, const Placement& place) {
  const auto cells_of = [](int cells, int whole, int kept) {
    return static_cast<double>(cells) * kept / whole;
  };
  Grid scores = scores_of(small);
  const double columns = cells_of(scores.width(), place.resized.width, place.result.width);
  const double rows = cells_of(scores.height(), place.resized.height, place.result.height);
  scores = seen_around(seen_around(scores, columns), rows);

  int best_x = 0;
  int best_y = 0;
  for (int y = 0; y < scores.height(); ++y)
    for (int x = 0; x < scores.width(); ++x)
      if (scores.at(x, y) > scores.at(best_x, best_y)) {
        best_x = x;
        best_y = y;
      }
  const auto cut = [](int cell, int cells, int whole, int kept) {
    const double centre = (cell + 0.5) / cells * whole;
    return std::clamp(static_cast<int>(std::lround(centre - kept / 2.0)), 0, whole - kept);
  };
  return {.left = cut(best_x, scores.width(), place.resized.width, place.result.width),
          .top = cut(best_y, scores.height(), place.resized.height, place.result.height)};
}

}  // namespace tintype::image
