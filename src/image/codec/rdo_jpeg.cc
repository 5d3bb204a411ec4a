#include "image/codec/rdo_jpeg.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <hwy/aligned_allocator.h>

#include "image/codec/forward.h"
#include "image/codec/jpeg_file.h"
#include "image/codec/scans.h"
#include "image/codec/trellis.h"

namespace tintype::image {
namespace {

// Found together with the tables of jpeg_tables.cc, in the same way.
constexpr float kLambdaLuma = 0.066F;
constexpr float kLambdaChroma = 0.02F;
/// Errors of high frequencies, where steps are large, weigh a little more than their step says.
constexpr float kWeightPower = 0.246F;

/// A busy block hides errors, a smooth one shows them: lambda grows with the sum of a block's
/// coefficients (in steps, without DC), within bounds.
struct Masking {
  float offset = 3.2F;
  float sum = 37;  ///< At which lambda is as it is.
  float power = 0.93F;
  float factor_min = 0.4F;
  float factor_max = 2.5F;
};

/// What is the same for all blocks of a channel.
struct Quantiser {
  const Plane* plane = nullptr;
  Grid grid;
  float lambda = 0;
  StepFactors factors;
  Block weights;  ///< Of squared errors.
  AcBits bits;
};

Quantiser make_quantiser(const Plane& plane, const Grid& grid, const QuantTable& table,
                         float lambda) {
  Quantiser quantiser;
  quantiser.plane = &plane;
  quantiser.grid = grid;
  quantiser.lambda = lambda;
  quantiser.factors = step_factors(table);
  const auto first = static_cast<float>(table[1]);
  for (std::size_t i = 0; i < kZigzag.size(); ++i)
    quantiser.weights[i] = std::pow(static_cast<float>(table[kZigzag[i]]) / first, kWeightPower);
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

float lambda_of(const Quantiser& quantiser, const Block& scaled) {
  constexpr Masking kMasking;
  float sum = 0;
  for (std::size_t i = 1; i < scaled.size(); ++i) sum += std::abs(scaled[i]);
  const float factor = std::pow((sum + kMasking.offset) / kMasking.sum, kMasking.power);
  return quantiser.lambda * std::clamp(factor, kMasking.factor_min, kMasking.factor_max);
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
      choose_levels(scaled, quantiser.bits,
                    {.lambda = lambda_of(quantiser, scaled), .weights = quantiser.weights.data()},
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

}  // namespace

Result<std::string> encode_rdo_jpeg(const Planes& planes, const JpegSettings& settings) {
  TRY(check_frame(planes, settings));
  const QuantTables tables = quant_tables(settings.quality, Rounding::trellis);
  std::vector<Grid> grids = grids_of(planes);
  std::vector<Quantiser> quantisers;
  AcCounts counts[2] = {};  // Of luma; and of Cb and Cr, which share their codes.
  for (std::size_t i = 0; i < grids.size(); ++i) {
    quantisers.push_back(
        i == 0 ? make_quantiser(planes.luma, grids[i], tables.luma, kLambdaLuma)
               : make_quantiser(channel(planes, i), grids[i], tables.chroma, kLambdaChroma));
    add_counts(quantisers[i], counts[grids[i].chroma ? 1 : 0]);
  }
  std::vector<std::vector<LevelBlock>> blocks;
  for (std::size_t i = 0; i < grids.size(); ++i) {
    quantisers[i].bits = bits_of(counts[grids[i].chroma ? 1 : 0]);
    blocks.push_back(choose_blocks(quantisers[i]));
    grids[i].blocks = blocks[i].data();
  }
  JpegFile file(planes, settings, tables, JpegFile::Process::progressive);
  TRY(add_scans(grids, file));
  return file.finish();
}

}  // namespace tintype::image
