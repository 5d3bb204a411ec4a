// Scenes drawn by numbers, so that it is known to a fraction of a pixel what is where, and JPEG
// files of them in every sampling and orientation.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>  // jpeglib.h needs FILE.
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <jpeglib.h>

#include "image/geometry.h"
#include "image/test_pictures.h"

namespace tintype::image::test {

/// Three channels, 0 to 255: R'G'B', or Y'CbCr of JFIF.
using Triple = std::array<double, 3>;

/// From Y'CbCr of JFIF to R'G'B': ITU-T T.871, clause 7.
inline Triple rgb_of(const Triple& ycc) {
  const double cb = ycc[1] - 128;
  const double cr = ycc[2] - 128;
  const auto cut = [](double value) { return std::clamp(value, 0.0, 255.0); };
  return {cut(ycc[0] + 1.402 * cr), cut(ycc[0] - 0.344136 * cb - 0.714136 * cr),
          cut(ycc[0] + 1.772 * cb)};
}

inline Triple ycc_of(const Triple& rgb) {
  return {0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2],
          128 - 0.168736 * rgb[0] - 0.331264 * rgb[1] + 0.5 * rgb[2],
          128 + 0.5 * rgb[0] - 0.418688 * rgb[1] - 0.081312 * rgb[2]};
}

/// EXIF 2.32, 4.6.5: where on the upright scene the point (x, y) of a file of that size is seen.
/// Orientation names the sides of the scene that row 0 and column 0 of the file are.
inline std::array<double, 2> seen_at(double x, double y, Size file, int orientation) {
  const double right = file.width - x;
  const double bottom = file.height - y;
  switch (orientation) {
    case 2: return {right, y};       // Top, right.
    case 3: return {right, bottom};  // Bottom, right.
    case 4: return {x, bottom};      // Bottom, left.
    case 5: return {y, x};           // Left, top.
    case 6: return {bottom, x};      // Right, top.
    case 7: return {bottom, right};  // Right, bottom.
    case 8: return {y, right};       // Left, bottom.
    default: return {x, y};          // 1: top, left.
  }
}

struct Drawing {
  Size size;  ///< Upright.
  int orientation = 1;
  std::pair<int, int> sampling = {2, 2};  ///< Of luma, the chroma having 1 x 1; 0: grey.
  int quality = 95;
  bool progressive = false;
  std::string icc = {};

  Size file_size() const { return orientation < 5 ? size : Size{size.height, size.width}; }
};

/// The EXIF segment of JPEG that says an orientation and nothing else.
inline std::string exif_of(int orientation) {
  using namespace std::string_literals;
  return "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s +
         static_cast<char>(orientation) + "\0\0\0\0\0\0"s;
}

inline void write_header(jpeg_compress_struct& file, const Drawing& drawing) {
  const bool grey = drawing.sampling.first == 0;
  file.image_width = static_cast<JDIMENSION>(drawing.file_size().width);
  file.image_height = static_cast<JDIMENSION>(drawing.file_size().height);
  file.input_components = grey ? 1 : 3;
  file.in_color_space = grey ? JCS_GRAYSCALE : JCS_YCbCr;
  jpeg_set_defaults(&file);
  jpeg_set_quality(&file, drawing.quality, TRUE);
  if (!grey) {
    file.comp_info[0].h_samp_factor = drawing.sampling.first;
    file.comp_info[0].v_samp_factor = drawing.sampling.second;
  }
  if (drawing.progressive) jpeg_simple_progression(&file);
  jpeg_start_compress(&file, TRUE);
  if (drawing.orientation != 1) {
    const std::string exif = exif_of(drawing.orientation);
    jpeg_write_marker(&file, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  }
  if (!drawing.icc.empty())
    jpeg_write_icc_profile(&file, reinterpret_cast<const JOCTET*>(drawing.icc.data()),
                           static_cast<unsigned>(drawing.icc.size()));
}

/// `scene(x, y)` is Y'CbCr at a point of the upright picture; pixel (0, 0) has its middle at 0.5.
template <class F>
std::string draw_jpeg(const Drawing& drawing, F scene) {
  jpeg_compress_struct file = {};
  jpeg_error_mgr errors = {};
  file.err = jpeg_std_error(&errors);
  jpeg_create_compress(&file);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&file, &bytes, &size);
  write_header(file, drawing);
  const auto channels = static_cast<std::size_t>(file.input_components);
  std::vector<JSAMPLE> row(file.image_width * channels);
  while (file.next_scanline < file.image_height) {
    for (std::size_t x = 0; x < file.image_width; ++x) {
      const auto [u, v] =
          seen_at(static_cast<double>(x) + 0.5, static_cast<double>(file.next_scanline) + 0.5,
                  drawing.file_size(), drawing.orientation);
      const Triple sample = scene(u, v);
      for (std::size_t i = 0; i < channels; ++i)
        row[x * channels + i] =
            static_cast<JSAMPLE>(std::lround(std::clamp(sample[i], 0.0, 255.0)));
    }
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&file, &rows, 1);
  }
  jpeg_finish_compress(&file);
  std::string text(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&file);
  std::free(bytes);
  return text;
}

/// The same scene as an image in memory, sRGB, upright.
template <class F>
vips::VImage draw_image(Size size, F scene) {
  std::vector<std::uint8_t> samples;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (const double value : rgb_of(scene(x + 0.5, y + 0.5)))
        samples.push_back(static_cast<std::uint8_t>(std::lround(value)));
  return vips::VImage::new_from_memory(samples.data(), samples.size(), size.width, size.height, 3,
                                       VIPS_FORMAT_UCHAR)
      .copy(vips::VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

/// What a photograph has: a sky, a sun and its halo, hills with a hard edge, skin and saturated
/// discs, fine strokes like writing. In Y'CbCr, at a point of a picture of that size.
class Landscape {
 public:
  explicit Landscape(Size size) : width_(size.width), height_(size.height) {}

  Triple operator()(double u, double v) const {
    const double x = u / width_;
    const double y = v / height_;
    Triple rgb = {120 + 90 * y, 160 + 50 * y, 225 - 30 * x};
    paint(rgb, {255, 240, 170}, disc(u, v, {0.75, 0.22}, 0.12));
    const double hill = 0.6 + 0.08 * std::sin(9 * x) + 0.03 * std::sin(31 * x);
    paint(rgb, {40 + 60 * x, 90 + 30 * std::sin(17 * x), 45}, edge((y - hill) * height_));
    paint(rgb, {224, 172, 140}, disc(u, v, {0.3, 0.55}, 0.16));
    paint(rgb, {215, 30, 45}, disc(u, v, {0.62, 0.72}, 0.1));
    paint(rgb, {30, 50, 200}, disc(u, v, {0.86, 0.62}, 0.07));
    paint(rgb, {20, 18, 16}, stroke(u, v));
    return ycc_of(rgb);
  }

 private:
  static double edge(double distance) { return std::clamp(distance + 0.5, 0.0, 1.0); }
  static void paint(Triple& rgb, const Triple& colour, double cover) {
    for (std::size_t i = 0; i < rgb.size(); ++i) rgb[i] += cover * (colour[i] - rgb[i]);
  }
  double disc(double u, double v, std::array<double, 2> middle, double radius) const {
    return edge(radius * height_ - std::hypot(u - middle[0] * width_, v - middle[1] * height_));
  }
  /// Lines of slanted strokes at the bottom left.
  double stroke(double u, double v) const {
    const double x = u / width_;
    const double y = v / height_;
    if (x < 0.06 || x > 0.5 || y < 0.8 || y > 0.94) return 0;
    const double row = std::fmod(y - 0.8, 0.07);
    if (row > 0.045) return 0;
    const double across = std::fmod(u + 0.6 * v, width_ / 50);
    return edge(width_ / 200 - std::abs(across - width_ / 100));
  }

  double width_;
  double height_;
};

}  // namespace tintype::image::test
