// What the JPEG encoders hand from the transform to the entropy coder: blocks of levels.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "image/jpeg/zigzag.h"

namespace tintype::image {

constexpr int kBlockSide = 8;

/// Where the transform leaves the n-th coefficient in zigzag order: column by column, because it
/// transposes a block once and not twice.
inline constexpr std::array<std::uint8_t, 64> kPlaceOf = [] {
  std::array<std::uint8_t, 64> places = {};
  for (std::size_t i = 0; i < places.size(); ++i)
    places[i] =
        static_cast<std::uint8_t>(kZigzag[i] % kBlockSide * kBlockSide + kZigzag[i] / kBlockSide);
  return places;
}();

/// The quantised coefficients of a block.
struct LevelBlock {
  alignas(16) std::int16_t levels[64];  ///< The n-th in zigzag order is at kPlaceOf[n].
  std::uint64_t mask;                   ///< Bit n: the n-th in zigzag order is not zero.

  int level(int n) const { return levels[kPlaceOf[static_cast<std::size_t>(n)]]; }
};

constexpr int kDcLevelMin = -1024;  ///< Of eleven bits of difference: T.81, table F.1.
constexpr int kDcLevelMax = 1023;
constexpr int kAcLevelMax = 1023;  ///< T.81, table F.2: ten bits.

}  // namespace tintype::image
