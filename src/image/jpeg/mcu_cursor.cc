#include "image/jpeg/mcu_cursor.h"

#include <algorithm>

namespace tintype::image::jpeg {

McuCursor::McuCursor(const ScanGrid& grid, const SequentialJob& job, Stores& stores)
    : grid_(grid), job_(job) {
  for (int i = 0; i < grid.part_count; ++i) {
    const ScanGrid::Part& part = grid.parts[static_cast<std::size_t>(i)];
    CoefficientStore& store = stores[static_cast<std::size_t>(part.component)];
    parts_[static_cast<std::size_t>(i)] = {
        .store = &store, .nowhere = {part.horizontal, part.vertical, store.layout()}};
  }
}

bool McuCursor::wants_any(std::int64_t first, std::int64_t count) const {
  const McuWindow& window = job_.window;
  const std::int64_t wide = grid_.mcus_wide;
  const std::int64_t last = first + count - 1;
  if (last / wide < window.top) return false;
  if (first / wide != last / wide) return true;
  return last % wide >= window.left && first % wide < window.right;
}

void McuCursor::end_row() {
  if (job_.streaming && job_.window.has_row(y_)) job_.on_row(y_);
  x_ = 0;
  ++y_;
}

void McuCursor::take(const Scout& scout, int mcu, int count,
                     const std::array<std::uint32_t, kComponentsMax>& differences) {
  const McuWindow& window = job_.window;
  while (count > 0) {
    const int in_row = std::min(count, grid_.mcus_wide - x_);
    const int begin = std::max(x_, window.left);
    const int end = std::min(x_ + in_row, window.right);
    if (window.has_row(y_) && begin < end) {
      for (int i = 0; i < grid_.part_count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const ScanGrid::Part& part = grid_.parts[at];
        for (int v = 0; v < part.vertical; ++v)
          copy_blocks(scout.store(i),
                      {.x = (mcu + begin - x_) * part.horizontal,
                       .y = v,
                       .count = (end - begin) * part.horizontal},
                      *parts_[at].store, (begin - left()) * part.horizontal,
                      (y_ - top()) * part.vertical + v, differences[at]);
      }
    }
    mcu += in_row;
    count -= in_row;
    pass(in_row);
  }
}

}  // namespace tintype::image::jpeg
