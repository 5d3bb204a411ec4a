// Progressive scans: each brings a band of the coefficients, or another bit of them (T.81, annex
// G). What a small picture cannot show is in scans of its own, which need not even be read.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "image/jpeg/coefficients.h"
#include "image/jpeg/markers.h"
#include "image/jpeg/sequential.h"

namespace tintype::image::jpeg {

/// A scan and what is in force for it.
struct PlannedScan {
  Scan scan;
  Tables tables;
  const std::uint8_t* data = nullptr;
  bool wanted = false;
};

/// Bits of each coefficient that are missing after the wanted scans, which the others had.
using MissingBits = std::array<std::array<std::uint8_t, kCoefficients>, kComponentsMax>;

/// Marks the scans that the layouts need: those that bring what is kept, but for up to
/// `missing_bits_max` last bits (never of the DC), and those without which one of them cannot be
/// read. `unsupported` if the scans do not follow each other as T.81, G.1.1.1, says.
Result<MissingBits> choose_scans(const Frame& frame,
                                 const std::array<const Layout*, kComponentsMax>& layouts,
                                 int missing_bits_max, std::vector<PlannedScan>& scans);

/// Reads the wanted scans into stores that hold all blocks. `damaged_input`.
Status read_progressive_scans(const Frame& frame, const std::vector<PlannedScan>& scans,
                              const std::uint8_t* end, Stores& stores);

}  // namespace tintype::image::jpeg
