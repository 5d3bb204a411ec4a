#include "image/codec/rdo_jpeg.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <hwy/aligned_allocator.h>

#include "image/codec/block_dct.h"
#include "image/codec/jpeg_file.h"
#include "image/codec/scans.h"
#include "image/codec/trellis.h"
#include "image/planes/sharp_chroma.h"

namespace tintype::image {
namespace {

/// What bits are worth.
struct Economy {
  float lambda = 0;
  /// Errors of high frequencies, where steps are large, weigh a little more than their step says.
  float weight_power = 0;
  /// A busy block hides errors, a smooth one shows them: lambda grows with this power of the sum of
  /// a block's coefficients (in steps, without DC), within bounds.
  float masking_power = 0;
};

// Found together with the tables of jpeg_tables.cc, in the same way.
constexpr Economy kLuma = {.lambda = 0.066F, .weight_power = 0.264F, .masking_power = 1.15F};
constexpr Economy kChroma = {.lambda = 0.0463F, .weight_power = 0.439F, .masking_power = 1.45F};
constexpr float kMaskingOffset = 2.08F;
constexpr float kMaskingSum = 45.4F;  // At which lambda is as it is.
constexpr float kMaskingMin = 0.666F;
constexpr float kMaskingMax = 3.76F;

/// What is the same for all blocks of a channel.
struct Quantiser {
  const Plane* plane = nullptr;
  Grid grid;
  Economy economy;
  StepFactors factors;
  Block weights;  ///< Of squared errors.
  AcBits bits;
};

Quantiser make_quantiser(const Plane& plane, const Grid& grid, const QuantTable& table,
                         const Economy& economy) {
  Quantiser quantiser;
  quantiser.plane = &plane;
  quantiser.grid = grid;
  quantiser.economy = economy;
  quantiser.factors = step_factors(table);
  const auto first = static_cast<float>(table[1]);
  for (std::size_t i = 0; i < kZigzag.size(); ++i)
    quantiser.weights[i] =
        std::pow(static_cast<float>(table[kZigzag[i]]) / first, economy.weight_power);
  return quantiser;
}

/// The coefficients of a row of blocks, in steps.
class Coefficients {
 public:
  explicit Coefficients(const Quantiser& quantiser)
      : quantiser_(quantiser),
        room_(hwy::AllocateAligned<float>(static_cast<std::size_t>(quantiser.grid.columns) * 64)) {}

  void go_to(int row) { transform_row(*quantiser_.plane, row, quantiser_.factors, room_.get()); }
  Block block(int column) const {
    const float* const from = room_.get() + std::ptrdiff_t{column} * 64;
    Block block;
    for (std::size_t i = 0; i < block.size(); ++i) block[i] = from[kPlaceOf[i]];
    return block;
  }

 private:
  const Quantiser& quantiser_;
  hwy::AlignedFreeUniquePtr<float[]> room_;
};

/// Counts what plain rounding gives. Every other row of blocks tells enough.
void add_counts(const Quantiser& quantiser, AcCounts& counts) {
  constexpr int kRowStep = 2;
  Coefficients coefficients(quantiser);
  Levels levels;
  for (int row = 0; row < quantiser.grid.rows; row += kRowStep) {
    coefficients.go_to(row);
    for (int column = 0; column < quantiser.grid.columns; ++column) {
      round_levels(coefficients.block(column), levels);
      count_symbols(levels, counts);
    }
  }
}

float lambda_of(const Economy& economy, const Block& scaled) {
  float sum = 0;
  for (std::size_t i = 1; i < scaled.size(); ++i) sum += std::abs(scaled[i]);
  const float factor = std::pow((sum + kMaskingOffset) / kMaskingSum, economy.masking_power);
  return economy.lambda * std::clamp(factor, kMaskingMin, kMaskingMax);
}

LevelBlock block_of(const Levels& levels) {
  LevelBlock block;
  block.mask = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    block.levels[kPlaceOf[i]] = levels[i];
    if (levels[i] != 0) block.mask |= std::uint64_t{1} << i;
  }
  return block;
}

/// All blocks of a channel.
std::vector<LevelBlock> choose_blocks(const Quantiser& quantiser) {
  std::vector<LevelBlock> blocks;
  blocks.reserve(static_cast<std::size_t>(quantiser.grid.columns) *
                 static_cast<std::size_t>(quantiser.grid.rows));
  Coefficients coefficients(quantiser);
  Levels levels;
  for (int row = 0; row < quantiser.grid.rows; ++row) {
    coefficients.go_to(row);
    for (int column = 0; column < quantiser.grid.columns; ++column) {
      const Block scaled = coefficients.block(column);
      levels[0] = round_dc(scaled);
      choose_levels(
          scaled, quantiser.bits,
          {.lambda = lambda_of(quantiser.economy, scaled), .weights = quantiser.weights.data()},
          levels);
      blocks.push_back(block_of(levels));
    }
  }
  return blocks;
}

/// Six scans in as few bytes as jpeg_simple_progression()'s ten: DC; then a rough picture, colour,
/// and detail, luma's last bit at the end.
constexpr ScanHeader kScans[] = {
    {.first_channel = 0, .band = {.first = 1, .last = 5, .shift = 1}},
    {.first_channel = 1, .band = {.first = 1, .last = 63}},
    {.first_channel = 2, .band = {.first = 1, .last = 63}},
    {.first_channel = 0, .band = {.first = 6, .last = 63, .shift = 1}},
    {.first_channel = 0, .band = {.first = 1, .last = 63}, .shift_before = 1},
};

Status add_scans(std::span<const Grid> grids, JpegFile& file) {
  Symbols dc;
  put_dc_scan(grids, dc);
  TRY(file.add_scan(
      {.channel_count = static_cast<int>(grids.size()), .band = {.first = 0, .last = 0}}, dc));
  for (const ScanHeader& scan : kScans) {
    const auto channel = static_cast<std::size_t>(scan.first_channel);
    if (channel >= grids.size()) continue;
    Symbols symbols;
    if (scan.shift_before == 0)
      put_ac_scan(grids[channel], scan.band, symbols);
    else
      put_refining_scan(grids[channel], scan.band, symbols);
    TRY(file.add_scan(scan, symbols));
  }
  return {};
}

Plane show(const std::vector<LevelBlock>& blocks, const QuantTable& table, int width, int height) {
  Plane plane(width, height);
  for (int row = 0; row < blocks_of(height); ++row)
    show_row(blocks.data() + std::ptrdiff_t{row} * blocks_of(width), row, table, plane);
  return plane;
}

/// The channels of one file as they get their levels, chroma first.
class Channels {
 public:
  Channels(const Planes& planes, const QuantTables& tables)
      : planes_(planes), tables_(tables), grids_(grids_of(planes)), blocks_(grids_.size()) {}

  void choose_luma(const Plane& luma) {
    Quantiser quantiser = make_quantiser(luma, grids_[0], tables_.luma, kLuma);
    AcCounts counts = {};
    add_counts(quantiser, counts);
    quantiser.bits = bits_of(counts);
    choose(0, quantiser);
  }
  void choose_chroma() {
    std::vector<Quantiser> quantisers;
    AcCounts counts = {};  // Cb and Cr share their codes.
    for (std::size_t i = 1; i < grids_.size(); ++i) {
      quantisers.push_back(make_quantiser(channel(planes_, i), grids_[i], tables_.chroma, kChroma));
      add_counts(quantisers.back(), counts);
    }
    for (std::size_t i = 1; i < grids_.size(); ++i) {
      quantisers[i - 1].bits = bits_of(counts);
      choose(i, quantisers[i - 1]);
    }
  }
  /// What decoders will have before they interpolate it.
  ChromaPair shown_chroma() const {
    const int width = planes_.cb.width();
    const int height = planes_.cb.height();
    return {.cb = show(blocks_[1], tables_.chroma, width, height),
            .cr = show(blocks_[2], tables_.chroma, width, height)};
  }
  std::span<const Grid> grids() const { return grids_; }

 private:
  void choose(std::size_t i, const Quantiser& quantiser) {
    blocks_[i] = choose_blocks(quantiser);
    grids_[i].blocks = blocks_[i].data();
  }

  const Planes& planes_;
  const QuantTables& tables_;
  std::vector<Grid> grids_;
  std::vector<std::vector<LevelBlock>> blocks_;
};

/// `planes` with chroma of half the size. Its luma is still theirs.
Planes with_half_chroma(const Planes& planes) {
  ChromaPair pair = halve_chroma(planes);
  Planes halved;
  halved.luma = Plane(planes.width(), planes.height());
  halved.cb = std::move(pair.cb);
  halved.cr = std::move(pair.cr);
  return halved;
}

}  // namespace

Result<std::string> encode_rdo_jpeg(const Planes& planes, const JpegSettings& settings) {
  TRY(check_frame(planes, settings));
  const QuantTables tables = quant_tables(settings.quality, Rounding::trellis);
  const bool halve = settings.halve_chroma && !planes.grey() && !planes.subsampled();
  Planes halved;
  if (halve) halved = with_half_chroma(planes);
  const Planes& written = halve ? halved : planes;
  Channels channels(written, tables);
  if (!written.grey()) channels.choose_chroma();
  Plane fitted;
  if (halve) fitted = fit_luma(planes, channels.shown_chroma());
  channels.choose_luma(halve ? fitted : planes.luma);
  JpegFile file(written, settings, tables, JpegFile::Process::progressive);
  TRY(add_scans(channels.grids(), file));
  return file.finish();
}

}  // namespace tintype::image
