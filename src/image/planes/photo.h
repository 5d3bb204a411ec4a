// What a decoder of photographs hands on: channels as the file keeps them, as the samples stand in
// the file (not upright), perhaps at a smaller scale, perhaps only the part that was asked for.
#pragma once

#include <string>

#include "image/geometry.h"
#include "image/planes/plane.h"

namespace tintype::image {

/// One channel. The sample in column `x` of `plane` covers, across the whole source of `size`
/// pixels, the pixels from (left + x) / scale_x to (left + x + 1) / scale_x.
struct Channel {
  Plane plane;
  double scale_x = 1;  ///< Samples per pixel of the source: 0.125 for chroma of 4:2:0 at 1/4.
  double scale_y = 1;
  double left = 0;  ///< Column of the whole scaled channel that is the plane's first.
  double top = 0;
};

/// How the samples stand for colours: ITU-T H.273, 8.3.
enum class Matrix { bt601, bt709, bt2020 };
enum class Range {
  full,     ///< 0 to 255, as JFIF has it.
  limited,  ///< 16 to 235, chroma 16 to 240.
};

struct Photo {
  Size size;  ///< Of the whole source, in pixels, before it is turned.
  Channel luma;
  Channel cb;  ///< Both empty in a grey picture.
  Channel cr;
  Matrix matrix = Matrix::bt601;
  Range range = Range::full;
  int orientation = 1;  ///< What is left to do: 1 to 8, as EXIF has it.
  /// The embedded profile, unless it is known to be sRGB; empty if there is none.
  std::string icc;

  bool grey() const { return cb.plane.empty(); }
};

/// The part of a source that is wanted, in pixels of the source as the file has it.
struct Window {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;

  bool operator==(const Window&) const = default;
};

}  // namespace tintype::image
