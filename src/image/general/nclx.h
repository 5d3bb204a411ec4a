// The colour of a HEIF or AVIF file that has no ICC profile: code points of ITU-T H.273 in a `colr`
// box of type `nclx` (ISO 14496-12, 12.1.5). libvips 8.14 reads the profile and ignores these, and
// then an HDR picture comes out grey and washed out.
#pragma once

#include <cstdint>
#include <optional>

#include "base/text.h"

namespace tintype::image {

struct Nclx {
  std::uint16_t primaries = 0;
  std::uint16_t transfer = 0;

  bool operator==(const Nclx&) const = default;
};

// H.273, tables 2 and 3; those that phones and cameras write and that are not sRGB's.
inline constexpr std::uint16_t kPrimariesBt2020 = 9;
inline constexpr std::uint16_t kPrimariesP3 = 12;
inline constexpr std::uint16_t kTransferLinear = 8;
inline constexpr std::uint16_t kTransferPq = 16;
inline constexpr std::uint16_t kTransferHlg = 18;

/// The first such box of the file, if it has one. For any bytes.
std::optional<Nclx> find_nclx(Bytes file);

}  // namespace tintype::image
