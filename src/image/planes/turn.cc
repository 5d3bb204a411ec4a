#include "image/planes/turn.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/planes/turn.cc"
#include <hwy/foreach_target.h>
// Keep this order: foreach_target.h includes the file again for each target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tintype::image::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int kTile = 16;
using ByteTag = hn::FixedTag<std::uint8_t, kTile>;
using Bytes = hn::Vec<ByteTag>;

/// 16 rows of 16 samples. Interleaving row i with row i + 8 moves each bit of a sample's address
/// (row, column) one place on; after four rounds the two halves have changed places.
void transpose_tile(const std::uint8_t* const* rows, int x, std::uint8_t* target,
                    std::ptrdiff_t stride, int count) {
  const ByteTag d;
  Bytes tile[kTile];
  Bytes next[kTile];
  for (int i = 0; i < kTile; ++i) tile[i] = hn::LoadU(d, rows[i] + x);
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < kTile / 2; ++i) {
      next[2 * i] = hn::InterleaveLower(d, tile[i], tile[i + kTile / 2]);
      next[2 * i + 1] = hn::InterleaveUpper(d, tile[i], tile[i + kTile / 2]);
    }
    std::copy(next, next + kTile, tile);
  }
  for (int i = 0; i < count; ++i) hn::StoreU(tile[i], d, target + i * stride);
}

/// Reads and writes whole tiles, for which planes have room behind their rows; rows that are not
/// there are read as the last one and not written.
void transpose_tiles(const Plane& source, Plane& target) {
  for (int y = 0; y < source.height(); y += kTile) {
    const std::uint8_t* rows[kTile];
    for (int i = 0; i < kTile; ++i) rows[i] = source.row(std::min(y + i, source.height() - 1));
    for (int x = 0; x < source.width(); x += kTile) {
      const int count = std::min(kTile, source.width() - x);
      transpose_tile(rows, x, target.row(x) + y, target.stride(), count);
    }
  }
}

}  // namespace
}  // namespace tintype::image::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image {
namespace {
HWY_EXPORT(transpose_tiles);
}

Turn turn_of(int orientation) {
  switch (orientation) {
    case 2: return {.mirror_x = true};
    case 3: return {.mirror_x = true, .mirror_y = true};
    case 4: return {.mirror_y = true};
    case 5: return {.transpose = true};
    case 6: return {.mirror_y = true, .transpose = true};
    case 7: return {.mirror_x = true, .mirror_y = true, .transpose = true};
    case 8: return {.mirror_x = true, .transpose = true};
    default: return {};
  }
}

Plane transpose(const Plane& source) {
  Plane target(source.height(), source.width());
  HWY_DYNAMIC_DISPATCH(transpose_tiles)(source, target);
  return target;
}

}  // namespace tintype::image
#endif
