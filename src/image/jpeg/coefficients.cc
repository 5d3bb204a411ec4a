#include "image/jpeg/coefficients.h"

#include <algorithm>
#include <cstring>
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

/// Of `count` blocks all lines but the first. `kWidth` to twice that many: the first and the last
/// of them, which may overlap, so that all copies have a size that the compiler knows.
template <int kWidth>
void copy_lines(const std::int16_t* source, std::int16_t* target, int count, int lines) {
  constexpr std::size_t kSize = kWidth * sizeof(std::int16_t);
  for (int line = 1; line < lines; ++line) {
    source += kGroup;
    target += kGroup;
    std::memcpy(target, source, kSize);
    std::memcpy(target + count - kWidth, source + count - kWidth, kSize);
  }
}

}  // namespace

const Layout& Layout::of(int side) {
  static constexpr std::array kLayouts = {make_layout(1), make_layout(2), make_layout(3),
                                          make_layout(4), make_layout(6), make_layout(8)};
  for (const Layout& layout : kLayouts)
    if (layout.side == side) return layout;
  std::unreachable();
}

void CoefficientStore::clear(int blocks) {
  const auto size = static_cast<std::size_t>((blocks + kGroup - 1) / kGroup) *
                    static_cast<std::size_t>(layout_->group_size());
  for (int y = 0; y < rows_; ++y) std::fill_n(row(y), size, std::int16_t{0});
}

void copy_blocks(const CoefficientStore& from, BlockRun run, CoefficientStore& to, int x, int y,
                 std::uint32_t difference) {
  const int lines = to.layout().count();
  int done = 0;
  while (done < run.count) {
    const int source_x = run.x + done;
    const int target_x = x + done;
    // As many as lie side by side in a group of both.
    const int count =
        std::min({run.count - done, kGroup - source_x % kGroup, kGroup - target_x % kGroup});
    const std::int16_t* const source = from.block(source_x, run.y);
    std::int16_t* const target = to.block(target_x, y);
    for (int i = 0; i < count; ++i)
      target[i] = static_cast<std::int16_t>(static_cast<std::uint32_t>(source[i]) + difference);
    if (count >= 8)
      copy_lines<8>(source, target, count, lines);
    else if (count >= 4)
      copy_lines<4>(source, target, count, lines);
    else if (count >= 2)
      copy_lines<2>(source, target, count, lines);
    else
      copy_lines<1>(source, target, count, lines);
    done += count;
  }
}

}  // namespace tintype::image::jpeg
