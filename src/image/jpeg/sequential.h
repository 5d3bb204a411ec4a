// Sequential scans, baseline and extended: every coefficient of a block, one after the other.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "base/result.h"
#include "image/jpeg/coefficients.h"
#include "image/jpeg/scan.h"

namespace tintype::image::jpeg {

/// The stores of all components; a scan writes those it has.
using Stores = std::array<CoefficientStore, kComponentsMax>;

/// Of a default SequentialJob: long beside the few hundred bytes until two lanes meet, short beside
/// the second cache.
inline constexpr int kLeadBytes = 24 << 10;

/// What of a sequential scan is wanted, and where it goes.
struct SequentialJob {
  McuWindow window;
  /// Whether the stores have room for the rows of one row of MCUs only, and for the columns of the
  /// window. Otherwise they hold everything.
  bool streaming = false;
  /// When streaming: the row is complete, and its place is needed for the next.
  std::function<void(int y)> on_row;
  /// How far ahead of the place that is known to be right another lane begins, at most, in bytes.
  int lead_bytes = kLeadBytes;
};

/// Reads the scan at `reader`; coefficients are left as they stand in the file. `damaged_input`.
Status read_sequential_scan(BitReader& reader, const Frame& frame, const Scan& scan,
                            const Tables& tables, const SequentialJob& job, Stores& stores);

}  // namespace tintype::image::jpeg
