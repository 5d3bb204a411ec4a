#include "image/codec/jpeg_frame.h"

#include <algorithm>

#include "base/assert.h"

namespace tintype::image {
namespace {

void set_table(jpeg_compress_struct& compressor, int slot, const QuantTable& table) {
  unsigned values[DCTSIZE2];
  std::copy(table.begin(), table.end(), values);
  constexpr int kUnscaled = 100;  // Percent.
  jpeg_add_quant_table(&compressor, slot, values, kUnscaled, TRUE);
}

}  // namespace

Status check_frame(const Planes& planes, const JpegSettings& settings) {
  ASSERT(!planes.luma.empty());
  const int side = std::max(planes.width(), planes.height());
  if (side > JPEG_MAX_DIMENSION)
    return fail(ErrorCode::too_large, std::to_string(side) +
                                          " pixels on a side of a JPEG: at most " +
                                          std::to_string(JPEG_MAX_DIMENSION) + " fit");
  constexpr std::size_t kIccBytesMax = 255 * 65'519;  // Segments by bytes: ICC.1:2022, B.4.
  if (settings.icc.size() > kIccBytesMax)
    return fail(ErrorCode::too_large, "a profile of " + std::to_string(settings.icc.size()) +
                                          " bytes does not fit into a JPEG");
  ASSERT(settings.size_max >= 1);
  return {};
}

void set_frame(jpeg_compress_struct& compressor, const Planes& planes, const JpegSettings& settings,
               Rounding rounding) {
  const J_COLOR_SPACE space = planes.grey() ? JCS_GRAYSCALE : JCS_YCbCr;
  compressor.image_width = static_cast<JDIMENSION>(planes.width());
  compressor.image_height = static_cast<JDIMENSION>(planes.height());
  compressor.input_components = planes.grey() ? 1 : 3;
  compressor.in_color_space = space;
  jpeg_set_defaults(&compressor);
  jpeg_set_colorspace(&compressor, space);
  const QuantTables tables = quant_tables(settings.quality, rounding);
  set_table(compressor, 0, tables.luma);
  set_table(compressor, 1, tables.chroma);
  const int factor = planes.subsampled() ? 2 : 1;
  compressor.comp_info[0].h_samp_factor = factor;
  compressor.comp_info[0].v_samp_factor = factor;
  compressor.optimize_coding = TRUE;  // A picture's own tables: 1 ms at 512 x 512, and smaller.
  compressor.dct_method = JDCT_ISLOW;
  if (settings.progressive) jpeg_simple_progression(&compressor);
}

void write_icc(jpeg_compress_struct& compressor, const JpegSettings& settings) {
  if (settings.icc.empty()) return;
  jpeg_write_icc_profile(&compressor, reinterpret_cast<const JOCTET*>(settings.icc.data()),
                         static_cast<unsigned>(settings.icc.size()));
}

}  // namespace tintype::image
