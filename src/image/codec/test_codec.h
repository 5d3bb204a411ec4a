// Pictures for the tests of encoders, and what libjpeg makes of their files.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include <jpeglib.h>

#include "base/text.h"
#include "image/planes/plane.h"
#include "image/planes/test_planes.h"

namespace tintype::image::test {

enum class Layout { grey, subsampled, full };

inline const Layout kLayouts[] = {Layout::grey, Layout::subsampled, Layout::full};

/// Something of everything: a slope, waves, an edge. Limited range holds it, too.
inline int scene(double x, double y, double phase) {
  const double edge = x + 2 * y > 60 + 10 * phase ? 25 : 0;
  return static_cast<int>(100 + 35 * std::sin(x / 9 + phase) + 25 * std::cos(y / 7 - phase) + edge);
}

inline Planes make_planes(int width, int height, Layout layout) {
  Planes planes;
  planes.luma = make_plane(width, height, [](int x, int y) { return scene(x, y, 0); });
  if (layout == Layout::grey) return planes;
  const int step = layout == Layout::subsampled ? 2 : 1;
  const int columns = step == 2 ? halved(width) : width;
  const int rows = step == 2 ? halved(height) : height;
  const auto channel = [&](double phase) {
    return make_plane(columns, rows,
                      [=](int x, int y) { return scene(x * step / 3.0, y * step / 3.0, phase); });
  };
  planes.cb = channel(1);
  planes.cr = channel(2);
  return planes;
}

/// Decibels; 99 if nothing differs.
inline double psnr(const Plane& a, const Plane& b) {
  EXPECT_EQ(a.width(), b.width());
  EXPECT_EQ(a.height(), b.height());
  if (a.width() != b.width() || a.height() != b.height()) return 0;
  double error = 0;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x) {
      const double difference = a.row(y)[x] - b.row(y)[x];
      error += difference * difference;
    }
  return error == 0 ? 99 : 10 * std::log10(65025.0 * a.width() * a.height() / error);
}

struct DecodedJpeg {
  Planes planes;  ///< Chroma as it stands in the file.
  std::string icc;
  bool progressive = false;
  int warnings = 0;
};

/// REQUIRES: a good file; for any other the program ends.
inline DecodedJpeg decode_jpeg(const std::string& file) {
  jpeg_decompress_struct decompressor;
  jpeg_error_mgr errors;
  decompressor.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&decompressor);
  jpeg_save_markers(&decompressor, JPEG_APP0 + 2, 0xFFFF);
  jpeg_mem_src(&decompressor, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_read_header(&decompressor, TRUE);
  DecodedJpeg decoded;
  decoded.progressive = decompressor.progressive_mode == TRUE;
  JOCTET* icc = nullptr;
  unsigned icc_size = 0;
  if (jpeg_read_icc_profile(&decompressor, &icc, &icc_size) == TRUE)
    decoded.icc.assign(reinterpret_cast<const char*>(icc), icc_size);
  std::free(icc);
  decompressor.raw_data_out = TRUE;
  jpeg_start_decompress(&decompressor);
  const std::span components(decompressor.comp_info,
                             static_cast<std::size_t>(decompressor.num_components));
  std::vector<std::vector<JSAMPLE>> samples;
  std::vector<std::size_t> widths;
  for (const jpeg_component_info& each : components) {
    // Padded to whole iMCUs.
    const auto factor = static_cast<unsigned>(each.h_samp_factor);
    widths.push_back((each.width_in_blocks + factor) * DCTSIZE);
    samples.emplace_back(widths.back() * (decompressor.output_height + 4 * DCTSIZE));
  }
  while (decompressor.output_scanline < decompressor.output_height) {
    const unsigned block_rows =
        decompressor.output_scanline / static_cast<unsigned>(decompressor.max_v_samp_factor);
    std::vector<std::vector<JSAMPROW>> rows(components.size());
    std::vector<JSAMPARRAY> arrays;
    for (std::size_t i = 0; i < components.size(); ++i) {
      const auto factor = static_cast<unsigned>(components[i].v_samp_factor);
      for (unsigned y = 0; y < factor * DCTSIZE; ++y)
        rows[i].push_back(samples[i].data() + (block_rows * factor + y) * widths[i]);
      arrays.push_back(rows[i].data());
    }
    jpeg_read_raw_data(&decompressor, arrays.data(),
                       static_cast<unsigned>(decompressor.max_v_samp_factor) * DCTSIZE);
  }
  for (std::size_t i = 0; i < components.size(); ++i) {
    Plane& plane = i == 0 ? decoded.planes.luma : i == 1 ? decoded.planes.cb : decoded.planes.cr;
    plane = make_plane(
        static_cast<int>(components[i].downsampled_width),
        static_cast<int>(components[i].downsampled_height), [&](int x, int y) {
          return samples[i][static_cast<std::size_t>(y) * widths[i] + static_cast<std::size_t>(x)];
        });
  }
  jpeg_finish_decompress(&decompressor);
  decoded.warnings = static_cast<int>(errors.num_warnings);
  jpeg_destroy_decompress(&decompressor);
  return decoded;
}

inline Bytes bytes_of(const std::string& file) { return std::as_bytes(std::span(file)); }

}  // namespace tintype::image::test
