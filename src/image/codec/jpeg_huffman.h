// Huffman tables of JPEG for pictures that get none of their own.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tintype::image {

/// As a file has it: T.81, B.2.4.2.
struct HuffmanTable {
  std::array<std::uint8_t, 16> counts;   ///< Of codes of one bit, of two, ...
  std::span<const std::uint8_t> values;  ///< By growing length.
};

/// For levels that were made with the tables of jpeg_tables.h; every symbol has a code.
struct HuffmanTables {
  HuffmanTable dc;
  HuffmanTable ac;
};

extern const HuffmanTables kLumaHuffman;
extern const HuffmanTables kChromaHuffman;

}  // namespace tintype::image
