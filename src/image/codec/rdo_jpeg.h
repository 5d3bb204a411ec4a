// Planes to progressive JPEG with the fewest bits for an error: trellis.h chooses the levels of
// each block.
//
//   plane -> DCT -> rounded -> how often each symbol occurs -> what it costs
//   plane -> DCT -> levels, by costs and by what the block hides -> scans -> file
//
// Where chroma is to be halved it goes first: then luma is made to match what decoders will show of
// it (planes/sharp_chroma.h).
//
// The transform runs twice, which costs less than to keep coefficients: beside the planes only
// levels are in memory, two bytes a sample.
#pragma once

#include <string>

#include "base/result.h"
#include "image/codec/jpeg_encoder.h"

namespace tintype::image {

/// As encode_jpeg(), but progressive, for ten times its time.
Result<std::string> encode_rdo_jpeg(const Planes& planes, const JpegSettings& settings);

}  // namespace tintype::image
