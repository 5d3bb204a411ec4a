// The best Huffman code for symbols that occur so often: T.81, K.2 and K.3.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace tintype::image {

/// As DHT says it: T.81, B.2.4.2.
struct HuffmanCode {
  static constexpr int kLengthMax = 16;

  std::array<std::uint8_t, kLengthMax + 1> counts = {};  ///< [length]: how many codes have it.
  std::array<std::uint8_t, 256> symbols = {};            ///< The shortest code's first.
  int size = 0;                                          ///< Symbols that have a code.
};

/// The code in which `counts` of symbols take the fewest bits, none over 16 and none all ones.
/// REQUIRES: a symbol occurs; their sum is below 2^32.
HuffmanCode huffman_code(std::span<const std::uint32_t, 256> counts);

struct CodeWord {
  std::uint16_t bits = 0;
  std::uint8_t length = 0;  ///< 0: the symbol has none.
};

/// [symbol]: T.81, C.2.
std::array<CodeWord, 256> code_words(const HuffmanCode& code);

}  // namespace tintype::image
