#include "image/limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace tintype::image {

Status check_source_size(std::int64_t width, std::int64_t height, std::int64_t frames,
                         const Limits& limits) {
  const std::int64_t side = std::max(width, height);
  if (side > limits.source_side_max)
    return fail(ErrorCode::too_large,
                fmt::format("source has {} pixels on a side: at most {} are allowed", side,
                            limits.source_side_max));
  const std::int64_t pixels = width * height;
  if (pixels > limits.source_pixels_max / frames)
    return fail(ErrorCode::too_large, fmt::format("source has {} pixels: at most {} are allowed",
                                                  pixels * frames, limits.source_pixels_max));
  return {};
}

Status check_source_bytes(std::int64_t bytes, const Limits& limits) {
  if (bytes <= limits.source_bytes_max) return {};
  return fail(ErrorCode::too_large, fmt::format("source has {} bytes: at most {} are allowed",
                                                bytes, limits.source_bytes_max));
}

Status check_output_bytes(std::int64_t bytes, const Limits& limits) {
  if (bytes <= limits.output_bytes_max) return {};
  return fail(ErrorCode::too_large, fmt::format("result of {} bytes: at most {} are allowed", bytes,
                                                limits.output_bytes_max));
}

}  // namespace tintype::image
