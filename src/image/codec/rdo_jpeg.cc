#include "image/codec/rdo_jpeg.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/assert.h"
#include "image/codec/dct.h"
#include "image/codec/jpeg_frame.h"
#include "image/codec/trellis.h"

namespace tintype::image {
namespace {

constexpr int kChannelsMax = 3;

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
  int columns = 0;  ///< Of blocks.
  int rows = 0;
  float lambda = 0;
  Block reciprocals;  ///< Of the steps.
  Block weights;      ///< Of squared errors.
  AcBits bits;
};

Quantiser make_quantiser(const Plane& plane, const QuantTable& table, float lambda) {
  Quantiser quantiser;
  quantiser.plane = &plane;
  quantiser.columns = (plane.width() + DCTSIZE - 1) / DCTSIZE;
  quantiser.rows = (plane.height() + DCTSIZE - 1) / DCTSIZE;
  quantiser.lambda = lambda;
  const auto first = static_cast<float>(table[1]);
  for (std::size_t i = 0; i < kZigzag.size(); ++i) {
    const auto step = static_cast<float>(table[kZigzag[i]]);
    quantiser.reciprocals[i] = 1 / step;
    quantiser.weights[i] = std::pow(step / first, kWeightPower);
  }
  return quantiser;
}

/// The coefficients of a block in steps, in zigzag order.
void transform(const Quantiser& quantiser, int column, int row, Block& scaled) {
  forward_dct(*quantiser.plane, column, row, scaled);
  for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= quantiser.reciprocals[i];
}

/// Counts what plain rounding gives. Every other row of blocks tells enough.
void add_counts(const Quantiser& quantiser, AcCounts& counts) {
  constexpr int kRowStep = 2;
  Block scaled;
  Levels levels;
  for (int row = 0; row < quantiser.rows; row += kRowStep)
    for (int column = 0; column < quantiser.columns; ++column) {
      transform(quantiser, column, row, scaled);
      round_levels(scaled, levels);
      count_symbols(levels, counts);
    }
}

float lambda_of(const Quantiser& quantiser, const Block& scaled) {
  constexpr Masking kMasking;
  float sum = 0;
  for (std::size_t i = 1; i < scaled.size(); ++i) sum += std::abs(scaled[i]);
  const float factor = std::pow((sum + kMasking.offset) / kMasking.sum, kMasking.power);
  return quantiser.lambda * std::clamp(factor, kMasking.factor_min, kMasking.factor_max);
}

void quantise_row(const Quantiser& quantiser, int row, JBLOCKROW blocks) {
  Block scaled;
  Levels levels;
  for (int column = 0; column < quantiser.columns; ++column) {
    transform(quantiser, column, row, scaled);
    levels[0] = round_dc(scaled);
    choose_levels(scaled, quantiser.bits,
                  {.lambda = lambda_of(quantiser, scaled), .weights = quantiser.weights.data()},
                  levels);
    for (std::size_t i = 0; i < levels.size(); ++i) blocks[column][kZigzag[i]] = levels[i];
  }
}

/// Six scans in as few bytes as jpeg_simple_progression()'s ten: DC; then a rough picture, colour,
/// and detail, luma's last bit at the end.
constexpr jpeg_scan_info kScans[] = {
    {.comps_in_scan = 3, .component_index = {0, 1, 2}, .Ss = 0, .Se = 0, .Ah = 0, .Al = 0},
    {.comps_in_scan = 1, .component_index = {0}, .Ss = 1, .Se = 5, .Ah = 0, .Al = 1},
    {.comps_in_scan = 1, .component_index = {1}, .Ss = 1, .Se = 63, .Ah = 0, .Al = 0},
    {.comps_in_scan = 1, .component_index = {2}, .Ss = 1, .Se = 63, .Ah = 0, .Al = 0},
    {.comps_in_scan = 1, .component_index = {0}, .Ss = 6, .Se = 63, .Ah = 0, .Al = 1},
    {.comps_in_scan = 1, .component_index = {0}, .Ss = 1, .Se = 63, .Ah = 1, .Al = 0},
};

struct Job {
  const Planes& planes;
  const JpegSettings& settings;
  const Quantiser* quantisers;
};

/// Asks for the room of all levels. One row of blocks beyond the picture may be read, as zeros.
void request_arrays(jpeg_compress_struct& compressor, const Quantiser* quantisers,
                    jvirt_barray_ptr* arrays) {
  for (int i = 0; i < compressor.num_components; ++i) {
    const jpeg_component_info& component = compressor.comp_info[i];
    const auto whole = [](int blocks, int factor) {
      return static_cast<JDIMENSION>((blocks + factor - 1) / factor * factor);
    };
    arrays[i] = compressor.mem->request_virt_barray(
        reinterpret_cast<j_common_ptr>(&compressor), JPOOL_IMAGE, TRUE,
        whole(quantisers[i].columns, component.h_samp_factor),
        whole(quantisers[i].rows, component.v_samp_factor),
        static_cast<JDIMENSION>(component.v_samp_factor));
  }
}

void write_levels(jpeg_compress_struct& compressor, const void* context) {
  const Job& job = *static_cast<const Job*>(context);
  set_frame(compressor, job.planes, job.settings, Rounding::trellis);
  compressor.optimize_coding = TRUE;
  if (job.settings.progressive && !job.planes.grey()) {
    compressor.scan_info = kScans;
    compressor.num_scans = static_cast<int>(std::size(kScans));
  }
  jvirt_barray_ptr arrays[kChannelsMax] = {};
  request_arrays(compressor, job.quantisers, arrays);
  jpeg_write_coefficients(&compressor, arrays);
  write_icc(compressor, job.settings);
  for (int i = 0; i < compressor.num_components; ++i)
    for (int row = 0; row < job.quantisers[i].rows; ++row) {
      const JBLOCKARRAY blocks =
          compressor.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&compressor), arrays[i],
                                             static_cast<JDIMENSION>(row), 1, TRUE);
      quantise_row(job.quantisers[i], row, blocks[0]);
    }
  jpeg_finish_compress(&compressor);
}

}  // namespace

Result<std::string> encode_rdo_jpeg(const Planes& planes, const JpegSettings& settings) {
  TRY(check_frame(planes, settings));
  const QuantTables tables = quant_tables(settings.quality, Rounding::trellis);
  Quantiser quantisers[kChannelsMax];
  quantisers[0] = make_quantiser(planes.luma, tables.luma, kLambdaLuma);
  AcCounts luma_counts = {};
  add_counts(quantisers[0], luma_counts);
  quantisers[0].bits = bits_of(luma_counts);
  if (!planes.grey()) {  // The two share a Huffman table.
    AcCounts chroma_counts = {};
    for (int i = 1; i < kChannelsMax; ++i) {
      quantisers[i] = make_quantiser(channel(planes, i), tables.chroma, kLambdaChroma);
      add_counts(quantisers[i], chroma_counts);
    }
    for (int i = 1; i < kChannelsMax; ++i) quantisers[i].bits = bits_of(chroma_counts);
  }
  JpegSession session(settings.size_max);
  const Job job{planes, settings, quantisers};
  TRY(session.run(write_levels, &job));
  return session.take_file();
}

}  // namespace tintype::image
