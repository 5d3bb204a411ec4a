// The levels in a JPEG file, as libjpeg-turbo reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <jpeglib.h>

namespace tintype::image::test {

struct ChannelLevels {
  int columns = 0;  ///< Of blocks that hold samples.
  int rows = 0;
  std::vector<std::int16_t> levels;

  /// Place `place` of a block, row by row.
  int at(int column, int row, int place) const {
    return levels[(static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                   static_cast<std::size_t>(column)) *
                      DCTSIZE2 +
                  static_cast<std::size_t>(place)];
  }
};

struct JpegLevels {
  std::vector<ChannelLevels> channels;
  int warnings = 0;
};

/// REQUIRES: a good file; for any other the program ends.
inline JpegLevels read_levels(const std::string& file) {
  jpeg_decompress_struct decompressor;
  jpeg_error_mgr errors;
  decompressor.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&decompressor);
  jpeg_mem_src(&decompressor, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_read_header(&decompressor, TRUE);
  jvirt_barray_ptr* const arrays = jpeg_read_coefficients(&decompressor);
  JpegLevels found;
  for (int i = 0; i < decompressor.num_components; ++i) {
    const jpeg_component_info& component = decompressor.comp_info[i];
    ChannelLevels& channel = found.channels.emplace_back();
    channel.columns = static_cast<int>(component.width_in_blocks);
    channel.rows = static_cast<int>(component.height_in_blocks);
    for (JDIMENSION row = 0; row < component.height_in_blocks; ++row) {
      const JBLOCKARRAY blocks = decompressor.mem->access_virt_barray(
          reinterpret_cast<j_common_ptr>(&decompressor), arrays[i], row, 1, FALSE);
      const JCOEF* const first = blocks[0][0];
      channel.levels.insert(channel.levels.end(), first,
                            first + std::ptrdiff_t{channel.columns} * DCTSIZE2);
    }
  }
  jpeg_finish_decompress(&decompressor);
  found.warnings = static_cast<int>(errors.num_warnings);
  jpeg_destroy_decompress(&decompressor);
  return found;
}

/// The same levels in a sequential file of libjpeg-turbo's with the best codes.
inline std::string rewritten(const std::string& file) {
  jpeg_decompress_struct decompressor;
  jpeg_compress_struct compressor;
  jpeg_error_mgr errors;
  decompressor.err = jpeg_std_error(&errors);
  compressor.err = &errors;
  jpeg_create_decompress(&decompressor);
  jpeg_create_compress(&compressor);
  jpeg_mem_src(&decompressor, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_read_header(&decompressor, TRUE);
  jvirt_barray_ptr* const arrays = jpeg_read_coefficients(&decompressor);
  jpeg_copy_critical_parameters(&decompressor, &compressor);
  compressor.optimize_coding = TRUE;
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&compressor, &data, &size);
  jpeg_write_coefficients(&compressor, arrays);
  jpeg_finish_compress(&compressor);
  jpeg_destroy_compress(&compressor);
  jpeg_finish_decompress(&decompressor);
  jpeg_destroy_decompress(&decompressor);
  std::string written(reinterpret_cast<const char*>(data), size);
  std::free(data);
  return written;
}

}  // namespace tintype::image::test
