// Huffman codes for the tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>  // jpeglib.h needs FILE.
#include <vector>

#include <jpeglib.h>

#include "image/jpeg/huffman.h"

namespace tintype::image::jpeg::test {

/// `counts` of the lengths from 1 on.
inline HuffmanCode code_of(const std::vector<int>& counts, const std::vector<int>& symbols) {
  HuffmanCode code = {.defined = true};
  for (std::size_t i = 0; i < counts.size(); ++i)
    code.counts[i + 1] = static_cast<std::uint8_t>(counts[i]);
  for (std::size_t i = 0; i < symbols.size(); ++i)
    code.symbols[i] = static_cast<std::uint8_t>(symbols[i]);
  return code;
}

/// T.81, tables K.3 to K.6, as libjpeg has them.
struct Published {
  HuffmanCode dc_luma;
  HuffmanCode dc_chroma;
  HuffmanCode ac_luma;
  HuffmanCode ac_chroma;

  Published() {
    jpeg_compress_struct cinfo = {};
    jpeg_error_mgr errors = {};
    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_compress(&cinfo);
    cinfo.input_components = 3;
    cinfo.in_color_space = JCS_YCbCr;
    jpeg_set_defaults(&cinfo);
    dc_luma = copy(*cinfo.dc_huff_tbl_ptrs[0]);
    dc_chroma = copy(*cinfo.dc_huff_tbl_ptrs[1]);
    ac_luma = copy(*cinfo.ac_huff_tbl_ptrs[0]);
    ac_chroma = copy(*cinfo.ac_huff_tbl_ptrs[1]);
    jpeg_destroy_compress(&cinfo);
  }
  static HuffmanCode copy(const JHUFF_TBL& table) {
    HuffmanCode code = {.defined = true};
    std::copy_n(table.bits, 17, code.counts.begin());
    std::copy_n(table.huffval, 256, code.symbols.begin());
    return code;
  }
};

}  // namespace tintype::image::jpeg::test
