#pragma once

#include <cstdint>

namespace tintype::image {

/// Checked from the header, before anything is decoded. All are inclusive.
struct Limits {
  std::int64_t source_bytes_max = 64LL << 20;
  std::int64_t source_pixels_max = 100'000'000;  ///< Of all frames of an animation together.
  std::int64_t source_side_max = 65'535;
  std::int64_t output_pixels_max = 100'000'000;  ///< Of one variant.
  std::int64_t output_bytes_max = 32LL << 20;    ///< Of one variant.
};

}  // namespace tintype::image
