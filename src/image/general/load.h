// From the source's bytes to pixels in memory. libvips decodes; which of its loaders, how much of
// the picture and under which limits is decided here. May throw vips::VError, which render()
// catches.
#pragma once

#include <vips/vips8>

#include <optional>

#include "base/result.h"
#include "image/general/nclx.h"
#include "image/geometry.h"
#include "image/limits.h"
#include "image/render.h"
#include "image/sniff.h"

namespace tintype::image {

/// What the header says. Nothing is decoded yet.
struct Header {
  SourceType type;
  Size size;            ///< Upright.
  int orientation = 1;  ///< That is left to do: 1 to 8, as EXIF has it.
  std::optional<Nclx> nclx;
};

/// `unsupported`, `damaged_input`, or `too_large` if a limit does not allow to decode it.
Result<Header> read_header(const Source& source, SourceType type, const Limits& limits);

/// Decodes into memory: upright, 8 or 16 bits, at least `scale` of the source's size (as near to it
/// as `mode` allows), still in the source's colours. `too_large` if there would be too many bytes.
Result<vips::VImage> decode(const Source& source, const Header& header, double scale, Mode mode);

}  // namespace tintype::image
