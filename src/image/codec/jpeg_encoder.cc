#include "image/codec/jpeg_encoder.h"

#include <vector>

#include "image/codec/block_dct.h"
#include "image/codec/jpeg_file.h"

namespace tintype::image {
namespace {

/// The blocks of as many rows as an MCU has, of one channel.
class Strip {
 public:
  Strip(const Plane& plane, const Grid& grid, const QuantTable& table)
      : plane_(plane),
        whole_(grid),
        factors_(step_factors(table)),
        blocks_(static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.factor)) {}

  Grid quantise(int mcu_row) {
    const int top = mcu_row * whole_.factor;
    Grid grid = whole_;
    grid.blocks = blocks_.data();
    grid.rows = std::min(whole_.factor, whole_.rows - top);
    for (int y = 0; y < grid.rows; ++y)
      quantise_row(plane_, top + y, factors_, blocks_.data() + std::ptrdiff_t{y} * whole_.columns);
    return grid;
  }

 private:
  const Plane& plane_;
  Grid whole_;
  StepFactors factors_;
  std::vector<LevelBlock> blocks_;
};

}  // namespace

Result<std::string> encode_jpeg(const Planes& planes, const JpegSettings& settings) {
  TRY(check_frame(planes, settings));
  const QuantTables tables = quant_tables(settings.quality, Rounding::plain);
  std::vector<Grid> grids = grids_of(planes);
  std::vector<Strip> strips;
  for (std::size_t i = 0; i < grids.size(); ++i)
    strips.emplace_back(channel(planes, i), grids[i], i == 0 ? tables.luma : tables.chroma);

  const int mcu_rows = (grids[0].rows + grids[0].factor - 1) / grids[0].factor;
  LastDc last = {};
  Symbols symbols;
  for (int row = 0; row < mcu_rows; ++row) {
    for (std::size_t i = 0; i < grids.size(); ++i) grids[i] = strips[i].quantise(row);
    put_mcu_row(grids, last, symbols);
    TRY(check_symbols(symbols, settings));
  }
  JpegFile file(planes, settings, tables, JpegFile::Process::baseline);
  TRY(file.add_scan({.channel_count = static_cast<int>(grids.size())}, symbols));
  return file.finish();
}

}  // namespace tintype::image
