#include "image/jpeg/scan.h"

#include <fmt/format.h>

namespace tintype::image::jpeg {

ScanGrid::ScanGrid(const Frame& frame, const Scan& scan) : part_count(scan.part_count) {
  for (int i = 0; i < part_count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const int index = scan.parts[at].component;
    const Component& component = frame.components[static_cast<std::size_t>(index)];
    parts[at] = {index, component.horizontal, component.vertical};
    if (part_count == 1) {
      parts[at] = {.component = index};
      mcus_wide = component.blocks_wide;
      mcus_high = component.blocks_high;
    }
  }
  if (part_count > 1) {
    mcus_wide = frame.mcus_wide();
    mcus_high = frame.mcus_high();
  }
}

Status check_data(const BitReader& reader) {
  if (reader.broken()) return fail(ErrorCode::damaged_input, "JPEG: the coded data is broken");
  if (reader.overrun()) return fail(ErrorCode::damaged_input, "JPEG: the coded data is cut off");
  return {};
}

Status pass_restart(BitReader& reader, int& number) {
  constexpr int kRst0 = 0xd0;
  reader.seek_marker();
  if (reader.at_end() || reader.position()[1] != kRst0 + number)
    return fail(ErrorCode::damaged_input,
                fmt::format("JPEG: restart marker {} is missing", number));
  reader.pass_marker();
  number = (number + 1) % 8;
  return {};
}

}  // namespace tintype::image::jpeg
