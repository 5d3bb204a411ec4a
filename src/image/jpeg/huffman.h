// Huffman codes: T.81, annex C and F.2.2.3. Three tables answer most questions with one look.
#pragma once

#include <array>
#include <cstdint>

#include "base/result.h"
#include "image/jpeg/bit_reader.h"

namespace tintype::image::jpeg {

/// A code as DHT says it.
struct HuffmanCode {
  std::array<std::uint8_t, 17> counts = {};  ///< [length]: how many codes have it.
  std::array<std::uint8_t, 256> symbols = {};
  bool defined = false;
};

/// What a code is for: how its symbols are read.
enum class Role {
  dc,           ///< A symbol is the size of a difference.
  ac,           ///< Run and size; size 0 ends the block, except a run of 15.
  progressive,  ///< As ac, but an end has the size of a run of blocks, whose bits follow.
};

/// Everything beyond the end of a block, far from any index a run can reach.
inline constexpr int kEndOfBlock = 128;

class HuffmanTable {
 public:
  static constexpr int kLookBits = 10;
  static constexpr int kSkipBits = 12;

  /// A symbol with the number that follows it.
  struct Coefficient {
    int value;    ///< At the end, in progressive scans: minus the size of the run of blocks.
    int advance;  ///< Its run and itself; kEndOfBlock at the end.
  };
  /// As many whole symbols as fit into kSkipBits, or one with its value if its code does. In two
  /// bytes, so that the tables of luma and chroma together leave room in the first cache.
  class Skip {
   public:
    constexpr Skip() : Skip(0, 63, true) {}  ///< None fits: no block has so many left.
    constexpr Skip(int length, int passed, bool ends)
        : packed_(static_cast<std::uint16_t>(length | passed << 5 | (ends ? kEnds : 0))) {}
    constexpr int length() const { return packed_ & 31; }
    /// Coefficients that are passed; kEndOfBlock and more at the end.
    constexpr int advance() const { return packed_ >> 5; }
    /// So many coefficients have to be left for all of it to belong to the block.
    constexpr int bound() const { return (packed_ >> 5 & 63) + (packed_ >= kEnds ? 1 : 0); }

   private:
    static constexpr int kEnds = kEndOfBlock << 5;
    std::uint16_t packed_;
  };

  /// `damaged_input` if it is no prefix code, or has symbols that its role does not know;
  /// `unsupported` if it is not defined.
  Status build(const HuffmanCode& code, Role role);

  /// Bits that read() and skip() need to be filled. Longer ones are rare and fill for themselves.
  static constexpr int kReadBits = kLookBits + 15;
  static constexpr int kSkippedBitsMax = 18;

  [[gnu::always_inline]] Coefficient read(BitReader& reader) const {
    Entry entry = entries_[reader.peek(kLookBits)];
    if (entry.length == 0) [[unlikely]] {
      reader.fill_for_symbol();
      entry = long_entry(reader.peek(16));
      if (entry.length == 0) {
        reader.set_broken();
        entry = {.length = 1, .size = 0, .advance = 1, .value = 0};
      }
    }
    // Arithmetic instead of a branch: how long the number is cannot be foreseen. T.81, F.2.2.1.
    const std::uint64_t number = reader.ahead(entry.length - entry.size);
    const auto raw = static_cast<int>(number >> 1 >> (63 - entry.size));
    const bool negative = number >> 63 == 0;
    const int shift = negative ? 1 - (1 << entry.size) : 0;
    reader.drop(entry.length);
    return {.value = raw + shift + entry.value, .advance = entry.advance};
  }
  Skip skip(const BitReader& reader) const { return skips_[reader.peek(kSkipBits)]; }

 private:
  /// What a code says. One word: one load brings all that the next step needs.
  struct Entry {
    std::uint8_t length;  // Of the code and the number behind it; 0: the code does not fit.
    std::uint8_t size;    // Of the number.
    std::uint8_t advance;
    std::int8_t value;  // Of a symbol without number.
  };

  Entry entry_of(std::uint8_t symbol, int code_length) const;
  Entry long_entry(std::uint32_t bits) const;
  void build_skips();

  Role role_ = Role::dc;
  std::array<Entry, 1 << kLookBits> entries_;
  std::array<Skip, 1 << kSkipBits> skips_;
  std::array<std::uint32_t, 18> limits_;  // [length]: above its last code, as 16 bits.
  std::array<int, 17> offsets_;           // [length]: from a code to its symbol's index.
  std::array<std::uint8_t, 256> symbols_;
};

}  // namespace tintype::image::jpeg
