#include "image/jpeg/coefficients.h"

#include <utility>

#include "image/jpeg/zigzag.h"

namespace tintype::image::jpeg {
namespace {

constexpr Layout make_layout(int side) {
  Layout layout{.side = side, .end = 0};
  layout.offset.fill(layout.spare());
  for (std::size_t index = 0; index < kZigzag.size(); ++index) {
    const int row = kZigzag[index] / 8;
    const int column = kZigzag[index] % 8;
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
