// JPEG files for the tests, of every kind, made with libjpeg-turbo.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>  // jpeglib.h needs FILE.
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <jpeglib.h>

namespace tintype::image::jpeg::test {

/// Sampling factors, horizontal and vertical, of each component.
struct Sampling {
  const char* name;
  std::vector<std::pair<int, int>> factors;
};

inline const std::vector<Sampling>& samplings() {
  static const std::vector<Sampling> all = {
      {"grey", {{1, 1}}},
      {"grey of 2x2", {{2, 2}}},
      {"4:4:4", {{1, 1}, {1, 1}, {1, 1}}},
      {"4:2:2", {{2, 1}, {1, 1}, {1, 1}}},
      {"4:2:0", {{2, 2}, {1, 1}, {1, 1}}},
      {"4:4:0", {{1, 2}, {1, 1}, {1, 1}}},
      {"4:1:1", {{4, 1}, {1, 1}, {1, 1}}},
      {"chroma 1x2 and 2x1", {{2, 2}, {1, 2}, {2, 1}}},
      {"4:4:4 of 2x1", {{2, 1}, {2, 1}, {2, 1}}},
      {"chroma larger than luma", {{1, 1}, {2, 2}, {1, 1}}},
  };
  return all;
}
inline const Sampling& sampling(std::string_view name) {
  for (const Sampling& each : samplings())
    if (each.name == name) return each;
  std::abort();
}

struct ScanLine {
  std::vector<int> components;
  int first = 0;
  int last = 63;
  int high = 0;
  int low = 0;
};

/// How the coefficients are written down.
struct Coding {
  const char* name;
  bool optimised = false;
  bool progressive = false;  ///< libjpeg's own script.
  int restart_interval = 0;
  int restart_rows = 0;
  std::vector<ScanLine> scans = {};
};

inline const std::vector<Coding>& codings() {
  const ScanLine dc = {{0, 1, 2}, 0, 0};
  const std::vector<ScanLine> spectral = {
      dc, {{0}, 1, 5}, {{2}, 1, 63}, {{1}, 1, 63}, {{0}, 6, 63}};
  static const std::vector<Coding> all = {
      {.name = "baseline"},
      {.name = "optimised", .optimised = true},
      {.name = "restart after every MCU", .restart_interval = 1},
      {.name = "restart after three MCUs", .restart_interval = 3},
      {.name = "restart after a row", .restart_rows = 1},
      {.name = "one scan for each", .scans = {{{0}}, {{1}}, {{2}}}},
      {.name = "luma, then chroma", .restart_interval = 2, .scans = {{{0}}, {{1, 2}}}},
      {.name = "progressive", .progressive = true},
      {.name = "progressive with restarts", .progressive = true, .restart_interval = 2},
      {.name = "bands only", .scans = spectral},
      {.name = "bands only, with restarts", .restart_rows = 1, .scans = spectral},
      {.name = "means one by one",
       .scans = {{{0}, 0, 0, 0, 1}, {{1}, 0, 0}, {{2}, 0, 0}, {{0}, 1, 63}, {{0}, 0, 0, 1, 0}}},
      {.name = "refined three times",
       .scans = {{{0, 1, 2}, 0, 0, 0, 3},
                 {{0}, 1, 63, 0, 3},
                 {{0}, 1, 63, 3, 2},
                 {{0}, 1, 63, 2, 1},
                 {{0}, 1, 63, 1, 0},
                 {{0, 1, 2}, 0, 0, 3, 2},
                 {{0, 1, 2}, 0, 0, 2, 1},
                 {{0, 1, 2}, 0, 0, 1, 0},
                 {{1}, 1, 63, 0, 1},
                 {{1}, 1, 63, 1, 0}}},
      {.name = "bands refined apart",
       .restart_interval = 5,
       .scans = {dc,
                 {{0}, 1, 5, 0, 2},
                 {{0}, 6, 63, 0, 2},
                 {{0}, 6, 63, 2, 1},
                 {{0}, 1, 5, 2, 1},
                 {{0}, 1, 5, 1, 0},
                 {{0}, 6, 63, 1, 0},
                 {{2}, 1, 63, 0, 1}}},
      {.name = "bands refined together",
       .scans = {dc, {{0}, 1, 9, 0, 1}, {{0}, 10, 63, 0, 1}, {{0}, 1, 63, 1, 0}}},
  };
  return all;
}
inline const Coding& coding(std::string_view name) {
  for (const Coding& each : codings())
    if (each.name == name) return each;
  std::abort();
}

enum class Content { flat, gradient, noise };

/// Numbers that look random and are the same in every run. xorshift32.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed * 2654435761U | 1) {}
  std::uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  /// 0 to `count` - 1.
  int below(int count) { return static_cast<int>(next() % static_cast<std::uint32_t>(count)); }

 private:
  std::uint32_t state_;
};

struct Recipe {
  int width = 33;
  int height = 65;
  Sampling sampling = test::sampling("4:2:0");
  Coding coding = test::coding("baseline");
  int quality = 95;
  Content content = Content::noise;
};

inline void write_rows(jpeg_compress_struct& cinfo, Content content) {
  const auto components = static_cast<std::size_t>(cinfo.input_components);
  std::vector<JSAMPLE> row(cinfo.image_width * components);
  Random random(cinfo.image_width + 7 * cinfo.image_height);
  for (std::size_t y = 0; y < cinfo.image_height; ++y) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t x = i / components;
      const std::size_t component = i % components;
      std::uint32_t value = 90 + 40 * static_cast<std::uint32_t>(component);
      if (content == Content::gradient)
        value = static_cast<std::uint32_t>(x * 2 + y * 3 + component * 50);
      if (content == Content::noise) value = random.next() >> 9;
      row[i] = static_cast<JSAMPLE>(value);
    }
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&cinfo, &rows, 1);
  }
}

/// What is left of a script when there are that many components.
inline std::vector<jpeg_scan_info> script_for(const std::vector<ScanLine>& lines, int components) {
  std::vector<jpeg_scan_info> scans;
  for (const ScanLine& line : lines) {
    jpeg_scan_info scan = {};
    scan.Ss = line.first;
    scan.Se = line.last;
    scan.Ah = line.high;
    scan.Al = line.low;
    for (const int component : line.components)
      if (component < components) scan.component_index[scan.comps_in_scan++] = component;
    if (scan.comps_in_scan > 0) scans.push_back(scan);
  }
  return scans;
}

inline std::string make_jpeg(const Recipe& recipe) {
  jpeg_compress_struct cinfo = {};
  jpeg_error_mgr errors = {};
  cinfo.err = jpeg_std_error(&errors);
  errors.error_exit = [](j_common_ptr at) {
    at->err->output_message(at);
    std::abort();
  };
  errors.emit_message = [](j_common_ptr, int) {};
  jpeg_create_compress(&cinfo);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&cinfo, &bytes, &size);
  const auto components = static_cast<int>(recipe.sampling.factors.size());
  cinfo.image_width = static_cast<JDIMENSION>(recipe.width);
  cinfo.image_height = static_cast<JDIMENSION>(recipe.height);
  cinfo.input_components = components;
  cinfo.in_color_space = components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
  jpeg_set_defaults(&cinfo);
  jpeg_set_quality(&cinfo, recipe.quality, TRUE);
  for (int i = 0; i < components; ++i) {
    const auto [horizontal, vertical] = recipe.sampling.factors[static_cast<std::size_t>(i)];
    cinfo.comp_info[i].h_samp_factor = horizontal;
    cinfo.comp_info[i].v_samp_factor = vertical;
  }
  const Coding& how = recipe.coding;
  if (how.progressive) jpeg_simple_progression(&cinfo);
  const auto scans = script_for(how.scans, components);
  if (!scans.empty()) {
    cinfo.scan_info = scans.data();
    cinfo.num_scans = static_cast<int>(scans.size());
  }
  cinfo.optimize_coding = how.optimised;
  cinfo.restart_interval = static_cast<unsigned>(how.restart_interval);
  cinfo.restart_in_rows = how.restart_rows;
  jpeg_start_compress(&cinfo, TRUE);
  write_rows(cinfo, recipe.content);
  jpeg_finish_compress(&cinfo);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&cinfo);
  std::free(bytes);
  return file;
}

struct RawPlane {
  int width = 0;
  int height = 0;
  int stride = 0;
  std::vector<JSAMPLE> samples;

  int at(int x, int y) const { return samples[static_cast<std::size_t>(y * stride + x)]; }
};

/// The channels as libjpeg's slow integer transform makes them, before they are scaled up.
inline std::vector<RawPlane> read_raw_planes(std::string_view file) {
  jpeg_decompress_struct cinfo = {};
  jpeg_error_mgr errors = {};
  cinfo.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&cinfo);
  jpeg_mem_src(&cinfo, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_read_header(&cinfo, TRUE);
  cinfo.raw_data_out = TRUE;
  cinfo.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&cinfo);
  std::vector<RawPlane> planes;
  for (int i = 0; i < cinfo.num_components; ++i) {
    const jpeg_component_info& info = cinfo.comp_info[i];
    RawPlane& plane = planes.emplace_back();
    plane.width = static_cast<int>(info.downsampled_width);
    plane.height = static_cast<int>(info.downsampled_height);
    plane.stride = (static_cast<int>(info.width_in_blocks) + info.h_samp_factor) * DCTSIZE;
    plane.samples.resize(static_cast<std::size_t>(plane.stride) * (info.height_in_blocks + 4U) *
                         DCTSIZE);
  }
  for (int mcu = 0; cinfo.output_scanline < cinfo.output_height; ++mcu) {
    std::vector<std::vector<JSAMPROW>> rows(planes.size());
    std::vector<JSAMPARRAY> arrays;
    for (std::size_t i = 0; i < planes.size(); ++i) {
      const int height = cinfo.comp_info[i].v_samp_factor * DCTSIZE;
      for (int y = 0; y < height; ++y)
        rows[i].push_back(planes[i].samples.data() + (mcu * height + y) * planes[i].stride);
      arrays.push_back(rows[i].data());
    }
    jpeg_read_raw_data(&cinfo, arrays.data(),
                       static_cast<JDIMENSION>(cinfo.max_v_samp_factor * DCTSIZE));
  }
  jpeg_finish_decompress(&cinfo);
  jpeg_destroy_decompress(&cinfo);
  return planes;
}

/// Where the `count`-th of these markers (0xFF not given) is; a test without it makes no sense.
inline std::size_t find_marker(std::string_view file, int marker, int count = 0) {
  const char both[] = {'\xff', static_cast<char>(marker)};
  std::size_t at = file.find(std::string_view(both, 2));
  for (; count > 0 && at != std::string_view::npos; --count)
    at = file.find(std::string_view(both, 2), at + 2);
  if (at == std::string_view::npos) std::abort();
  return at;
}

/// A segment with its marker and length.
inline std::string segment(int marker, std::string_view content) {
  const std::size_t size = content.size() + 2;
  std::string result = {'\xff', static_cast<char>(marker), static_cast<char>(size >> 8),
                        static_cast<char>(size & 0xff)};
  return result.append(content);
}

}  // namespace tintype::image::jpeg::test
