#include "image/jpeg/coefficients.h"

#include <utility>

namespace tintype::image::jpeg {
namespace {

/// Row and column of each index: T.81, figure 5.
constexpr std::array<std::pair<int, int>, 64> zigzag() {
  std::array<std::pair<int, int>, 64> places{};
  std::size_t index = 0;
  for (int diagonal = 0; diagonal < 15; ++diagonal)
    for (int step = 0; step <= diagonal; ++step) {
      const bool up = diagonal % 2 == 0;
      const int row = up ? diagonal - step : step;
      const int column = diagonal - row;
      if (row < 8 && column < 8) places[index++] = {row, column};
    }
  return places;
}

constexpr Layout make_layout(int side) {
  constexpr auto kZigzag = zigzag();
  Layout layout{.side = side, .end = 0};
  layout.offset.fill(layout.spare());
  for (std::size_t index = 0; index < kZigzag.size(); ++index) {
    const auto [row, column] = kZigzag[index];
    if (row >= side || column >= side) continue;
    layout.offset[index] = static_cast<std::uint16_t>((row * side + column) * kGroup);
    layout.end = static_cast<int>(index) + 1;
  }
  return layout;
}

}  // namespace

const Layout& Layout::of(int side) {
  static constexpr std::array kLayouts = {make_layout(1), make_layout(2), make_layout(3),
                                          make_layout(4), make_layout(6), make_layout(8)};
  for (const Layout& layout : kLayouts)
    if (layout.side == side) return layout;
  std::unreachable();
}

}  // namespace tintype::image::jpeg
