// What the two JPEG encoders have in common: the frame's parameters.
#pragma once

#include "base/result.h"
#include "image/codec/jpeg_encoder.h"
#include "image/codec/jpeg_session.h"
#include "image/codec/jpeg_tables.h"

namespace tintype::image {

/// `too_large` if JPEG, or libjpeg, has no room for so many pixels or for the profile.
Status check_frame(const Planes& planes, const JpegSettings& settings);

/// Sets size, channels, tables and scans. A step of a JpegSession.
void set_frame(jpeg_compress_struct& compressor, const Planes& planes, const JpegSettings& settings,
               Rounding rounding);

/// After the start: the profile, if there is one, as APP2 segments.
void write_icc(jpeg_compress_struct& compressor, const JpegSettings& settings);

/// Luma, Cb, Cr.
inline const Plane& channel(const Planes& planes, int index) {
  return index == 0 ? planes.luma : index == 1 ? planes.cb : planes.cr;
}

}  // namespace tintype::image
