// What sequential and progressive scans have in common: the order of MCUs, and restarts.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/result.h"
#include "image/jpeg/bit_reader.h"
#include "image/jpeg/markers.h"

namespace tintype::image::jpeg {

/// MCUs: the first, and the one behind the last, in columns and rows.
struct McuWindow {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;

  bool has_row(int y) const { return y >= top && y < bottom; }
};

/// The MCUs of a scan: T.81, A.2. A component alone has MCUs of one block, and no padding.
struct ScanGrid {
  int mcus_wide = 0;
  int mcus_high = 0;
  struct Part {
    int component = 0;
    int horizontal = 1;  ///< Blocks of an MCU.
    int vertical = 1;
  };
  int part_count = 0;
  std::array<Part, kComponentsMax> parts;

  ScanGrid(const Frame& frame, const Scan& scan);

  McuWindow whole() const { return {.right = mcus_wide, .bottom = mcus_high}; }
};

/// `damaged_input` unless all that was read was there and made sense.
Status check_data(const BitReader& reader);

/// Goes from one restart interval to the next, whose number (0 to 7) is `number`; increases it.
/// `damaged_input` unless it begins there.
Status pass_restart(BitReader& reader, int& number);

/// Reads the MCUs of a scan until the last row of `window` is complete. Intervals that have nothing
/// of it are not even looked at. A Coder has
///   void restart();                          an interval begins
///   void read(int y, int begin, int end);    the MCUs begin to end - 1 of row y
///   void end_row(int y);                     all of them were read, or passed over
template <class Coder>
Status read_scan(BitReader& reader, const ScanGrid& grid, const McuWindow& window,
                 int restart_interval, Coder& coder) {
  const std::int64_t wide = grid.mcus_wide;
  const std::int64_t interval = restart_interval;
  const auto touches_window = [&](std::int64_t first) {
    const std::int64_t last = first + interval - 1;
    if (last / wide < window.top) return false;
    if (first / wide != last / wide) return true;
    return last % wide >= window.left && first % wide < window.right;
  };
  std::int64_t index = 0;
  const auto advance = [&](std::int64_t count) {
    for (std::int64_t y = index / wide; y < (index + count) / wide; ++y)
      coder.end_row(static_cast<int>(y));
    index += count;
  };
  const std::int64_t end = wide * window.bottom;
  int restart_number = 0;
  while (index < end) {
    std::int64_t count = wide - index % wide;
    if (interval != 0) {
      if (index % interval == 0) {
        if (index != 0) TRY(pass_restart(reader, restart_number));
        coder.restart();
        if (!touches_window(index)) {
          reader.seek_marker();
          advance(std::min(interval, end - index));
          continue;
        }
      }
      count = std::min(count, interval - index % interval);
    }
    const auto x = static_cast<int>(index % wide);
    coder.read(static_cast<int>(index / wide), x, x + static_cast<int>(count));
    TRY(check_data(reader));
    advance(count);
  }
  return {};
}

}  // namespace tintype::image::jpeg
