// Entropy coding of JPEG in two steps: first what is to be written, as symbols with the bits behind
// them, while their number is counted; then, when the best codes are known, the bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "image/codec/huffman_code.h"

namespace tintype::image {

/// The tables that a scan's symbols may belong to.
enum class Table : std::uint8_t { dc_luma, ac_luma, dc_chroma, ac_chroma };

inline constexpr std::size_t kTables = 4;

/// The symbols of a scan, in order, four bytes each. In parts, so that it grows without copying.
class Symbols {
 public:
  static constexpr std::size_t kReservedMax = 256;

  /// Room for `count` more, at most kReservedMax. REQUIRED before put().
  void reserve(std::size_t count) {
    if (static_cast<std::size_t>(end_ - next_) < count) add_part();
  }
  /// A symbol and the bits that follow its code; how many is in the symbol.
  void put(Table table, unsigned symbol, unsigned bits) {
    put_at((static_cast<unsigned>(table) << 8) + symbol, bits);
  }
  /// Bits without a code, 1 to 16.
  void put_bits(unsigned bits, int count) { put_at(kBits + static_cast<unsigned>(count), bits); }

  std::size_t size() const {
    return full_ + (parts_.empty() ? 0 : static_cast<std::size_t>(next_ - parts_.back().get()));
  }
  /// How often each symbol of `table` was put.
  std::span<const std::uint32_t, 256> counts(Table table) const {
    return std::span<const std::uint32_t, 256>(
        counts_.data() + (static_cast<std::size_t>(table) << 8), 256);
  }
  bool uses(Table table) const;

  /// For each table that is used, the code that makes the fewest bits of it.
  std::array<HuffmanCode, kTables> best_codes() const;

  /// Bits of all of it with these codes.
  std::uint64_t bits(std::span<const HuffmanCode, kTables> codes) const;

  /// Appends them to `file` as entropy-coded data. REQUIRES: codes for all symbols put.
  void write(std::span<const HuffmanCode, kTables> codes, std::string& file) const;

 private:
  static constexpr std::size_t kPartSize = 8192;
  static constexpr unsigned kBits = kTables << 8;
  static constexpr std::size_t kKinds = kBits + 17;

  void put_at(unsigned kind, unsigned bits) {
    *next_++ = kind << 16 | bits;
    ++counts_[kind];
  }
  void add_part();

  std::uint32_t* next_ = nullptr;
  std::uint32_t* end_ = nullptr;
  std::array<std::uint32_t, kKinds> counts_ = {};
  std::vector<std::unique_ptr<std::uint32_t[]>> parts_;  // Kinds, and the bits in the lower half.
  std::vector<std::size_t> sizes_;                       // Of all parts but the last.
  std::size_t full_ = 0;                                 // Their sum.
};

}  // namespace tintype::image
