#pragma once

#include <cstdint>

#include "base/result.h"

namespace tintype::image {

/// Checked from the header, before anything is decoded. All are inclusive.
struct Limits {
  std::int64_t source_bytes_max = 64LL << 20;
  std::int64_t source_pixels_max = 100'000'000;  ///< Of all frames of an animation together.
  std::int64_t source_side_max = 65'535;
  std::int64_t output_pixels_max = 100'000'000;  ///< Of one variant.
  std::int64_t output_bytes_max = 32LL << 20;    ///< Of one variant.
};

/// `too_large`, naming the limit. `frames` share the canvas of an animation.
Status check_source_size(std::int64_t width, std::int64_t height, std::int64_t frames,
                         const Limits& limits);
/// The same of a source's bytes, and of a result's.
Status check_source_bytes(std::int64_t bytes, const Limits& limits);
Status check_output_bytes(std::int64_t bytes, const Limits& limits);

}  // namespace tintype::image
