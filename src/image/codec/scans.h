// Blocks of levels to the symbols of scans: sequential (T.81, F.1.2) and progressive (G.1.2).
#pragma once

#include <array>
#include <span>

#include "image/codec/jpeg_block.h"
#include "image/codec/symbols.h"

namespace tintype::image {

inline constexpr int kChannelsMax = 3;

/// A channel's blocks, or those of an MCU's height.
struct Grid {
  const LevelBlock* blocks = nullptr;  ///< Row by row; only those that hold samples.
  int columns = 0;
  int rows = 0;
  int factor = 1;  ///< Blocks of an MCU along each axis.
  bool chroma = false;

  const LevelBlock& at(int column, int row) const {
    return blocks[static_cast<std::ptrdiff_t>(row) * columns + column];
  }
  Table dc_table() const { return chroma ? Table::dc_chroma : Table::dc_luma; }
  Table ac_table() const { return chroma ? Table::ac_chroma : Table::ac_luma; }
};

/// The DC levels that the next ones are differences to, by channel.
using LastDc = std::array<int, kChannelsMax>;

/// A row of MCUs of a sequential scan of all channels: each grid has the rows of one MCU, or fewer
/// at the picture's end.
void put_mcu_row(std::span<const Grid> grids, LastDc& last, Symbols& symbols);

/// All of a scan of DC levels of all channels.
void put_dc_scan(std::span<const Grid> grids, Symbols& symbols);

/// Coefficients first to last of one channel, in zigzag order, 1 to 63, without their lowest
/// `shift` bits.
struct Band {
  int first = 1;
  int last = 63;
  int shift = 0;
};

/// The first scan of a band.
void put_ac_scan(const Grid& grid, const Band& band, Symbols& symbols);

/// The bit `band.shift` of a band whose higher ones were put before.
void put_refining_scan(const Grid& grid, const Band& band, Symbols& symbols);

}  // namespace tintype::image
