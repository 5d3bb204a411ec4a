// The face of the decoder: a JPEG file in, channels at the scale and of the part that is wanted
// out. README.md explains how.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"
#include "image/jpeg/sequential.h"
#include "image/planes/photo.h"

namespace tintype::image::jpeg {

/// What is known before anything is decoded.
struct Info {
  Size size;  ///< As the file has it, not upright.
  bool grey = false;
  bool progressive = false;
  std::string_view exif;  ///< The TIFF structure, a view into the file; may be empty.
  std::string icc;        ///< May be empty.
};

/// `damaged_input` if it is no JPEG or broken, `unsupported` if it is one that others have to
/// decode: arithmetic coding, 12 bits, CMYK, RGB, lossless, and what README.md lists besides.
Result<Info> read_info(Bytes file);

struct Request {
  /// Samples for each 8 x 8 of the file: 1, 2, 3, 4, 6 or 8; of the luma, and of the chroma.
  int luma_side = 8;
  int chroma_side = 8;
  /// At least this is decoded; it lies in the picture.
  Window window;
  /// How many of the last bits of the coefficients (but never of the mean) may be left out where
  /// leaving them out saves time, which it does in progressive files.
  int missing_bits_max = 0;
  /// Of SequentialJob; what is decoded does not depend on it.
  int lead_bytes = kLeadBytes;
};

/// `damaged_input` if the file is cut or broken where it is read, `unsupported` as above,
/// `too_large` if it has more than 100 scans. Never a half picture. Its memory: the channels asked
/// for, and what is kept of the coefficients, which of most baseline files is one row of blocks.
Result<Photo> decode(Bytes file, const Request& request);

/// All coefficients that sides of `side` keep, as numbers of the file; for tests of the entropy
/// decoding.
struct Coefficients {
  Frame frame;
  Stores stores;
};
Result<Coefficients> read_coefficients(Bytes file, int side, int lead_bytes = kLeadBytes);

}  // namespace tintype::image::jpeg
