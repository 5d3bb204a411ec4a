#include "image/jpeg/scout.h"

#include <algorithm>

namespace tintype::image::jpeg {
namespace {

/// What a scout keeps takes no more than this, in bytes and in MCUs.
constexpr int kBytesMax = 256 << 10;
constexpr int kMcusMax = 1024;

int capacity_for(const ScanGrid& grid, const std::array<const Layout*, kComponentsMax>& layouts) {
  std::int64_t size = 0;
  for (int i = 0; i < grid.part_count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const ScanGrid::Part& part = grid.parts[at];
    size += static_cast<std::int64_t>(sizeof(std::int16_t)) * part.horizontal * part.vertical *
            (layouts[at]->group_size() / kGroup);
  }
  return static_cast<int>(std::min<std::int64_t>(
      {kMcusMax, kBytesMax / size, std::int64_t{grid.mcus_wide} * grid.mcus_high}));
}

}  // namespace

Scout::Scout(const ScanGrid& grid, const std::array<const Layout*, kComponentsMax>& layouts)
    : Scout(grid, layouts, capacity_for(grid, layouts)) {}

Scout::Scout(const ScanGrid& grid, const std::array<const Layout*, kComponentsMax>& layouts,
             int capacity)
    : grid_(grid), capacity_(capacity), begins_(static_cast<std::size_t>(capacity) + 1) {
  for (int i = 0; i < grid.part_count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const ScanGrid::Part& part = grid.parts[at];
    // One MCU more: one that turns out to be too long has been read all the same.
    stores_[at] = CoefficientStore((capacity + 1) * part.horizontal, part.vertical, *layouts[at]);
  }
}

void Scout::begin(const std::uint8_t* data, std::int64_t bit, std::int64_t limit, int count_max) {
  for (int i = 0; i < grid_.part_count; ++i)
    stores_[static_cast<std::size_t>(i)].clear((count_ + 1) *
                                               grid_.parts[static_cast<std::size_t>(i)].horizontal);
  data_ = data;
  reading_ = {.lane = Lane(data, bit)};
  begins_[0] = bit;
  limit_ = limit;
  count_max_ = std::min(count_max, capacity_);
  count_ = 0;
  first_ = 0;
  stopped_ = count_max_ == 0;
}

std::optional<int> Scout::find(std::int64_t bit, int& from) const {
  from = std::max(from, first_);
  while (from < count_ && begin_of(from) < bit) ++from;
  if (from < count_ && begin_of(from) == bit) return from;
  return std::nullopt;
}

std::uint32_t Scout::prediction_before(int part, int mcu) const {
  if (mcu == 0) return 0;
  const ScanGrid::Part& of = grid_.parts[static_cast<std::size_t>(part)];
  return static_cast<std::uint32_t>(*store(part).block(mcu * of.horizontal - 1, of.vertical - 1));
}

}  // namespace tintype::image::jpeg
