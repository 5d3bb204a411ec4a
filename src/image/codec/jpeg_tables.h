// Quantisation tables of JPEG, made for SSIMULACRA2 instead of T.81's of 1992.
#pragma once

#include <array>
#include <cstdint>

namespace tintype::image {

/// One channel's steps, rows of eight, 1 to 255 each.
using QuantTable = std::array<std::uint16_t, 64>;

struct QuantTables {
  QuantTable luma;
  QuantTable chroma;
};

/// What rounds the coefficients. Each has tables that were found with it, scaled so that a quality
/// looks the same either way, and as it does with T.81's tables scaled as the Independent JPEG
/// Group's library scales them.
enum class Rounding { plain, trellis };

/// The tables for `quality`, 1 to 100.
QuantTables quant_tables(int quality, Rounding rounding);

}  // namespace tintype::image
