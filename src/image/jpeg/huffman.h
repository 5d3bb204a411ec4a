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

  /// A symbol with its value, in one word: one load brings all that the next step needs.
  class Entry {
   public:
    constexpr Entry() = default;  // It does not fit into kLookBits.
    constexpr Entry(int value, int advance, int length)
        : packed_(static_cast<std::uint32_t>(value) << 16 |
                  static_cast<std::uint32_t>(advance << 8 | length)) {}
    /// At the end, in progressive scans: minus the size of the run.
    constexpr int value() const { return static_cast<std::int32_t>(packed_) >> 16; }
    /// Its run and itself; kEndOfBlock at the end.
    constexpr int advance() const { return packed_ >> 8 & 0xff; }
    /// Bits of all; 0: it does not fit into kLookBits.
    constexpr int length() const { return packed_ & 0xff; }

   private:
    std::uint32_t packed_ = 0;
  };
  /// As many whole symbols as fit into kSkipBits. In two bytes, so that the tables of luma and
  /// chroma together leave room in the first cache.
  class Skip {
   public:
    constexpr Skip() : Skip(0, 63, true) {}  ///< None fits: no block has so many left.
    constexpr Skip(int length, int passed, bool ends)
        : packed_(static_cast<std::uint16_t>(length | passed << 4 | (ends ? kEnds : 0))) {}
    constexpr int length() const { return packed_ & 15; }
    /// Coefficients that are passed; kEndOfBlock and more at the end.
    constexpr int advance() const { return packed_ >> 4; }
    /// So many coefficients have to be left for all of it to belong to the block.
    constexpr int bound() const { return (packed_ >> 4 & 63) + (packed_ >= kEnds ? 1 : 0); }

   private:
    static constexpr int kEnds = kEndOfBlock << 4;
    std::uint16_t packed_;
  };

  /// `damaged_input` if it is no prefix code, or has symbols that its role does not know;
  /// `unsupported` if it is not defined.
  Status build(const HuffmanCode& code, Role role);

  /// REQUIRES: 32 bits are filled, here and below.
  Entry read_entry(BitReader& reader) const {
    const Entry entry = this->entry(reader);
    if (entry.length() == 0) [[unlikely]] {
      const LongEntry read = read_long_entry(reader);
      reader = read.reader;
      return read.entry;
    }
    reader.drop(entry.length());
    return entry;
  }
  /// What entry begins here, if it fits; it is not taken.
  Entry entry(const BitReader& reader) const { return entries_[reader.peek(kLookBits)]; }
  Skip skip(const BitReader& reader) const { return skips_[reader.peek(kSkipBits)]; }
  /// The symbol alone; its value's bits follow.
  std::uint8_t read_symbol(BitReader& reader) const {
    const Look look = looks_[reader.peek(kLookBits)];
    if (look.length == 0) [[unlikely]] {
      const LongSymbol read = read_long_symbol(reader);
      reader = read.reader;
      return read.symbol;
    }
    reader.drop(look.length);
    return look.symbol;
  }

 private:
  struct Look {
    std::uint8_t symbol;
    std::uint8_t length;  // 0: longer than kLookBits, or no code at all.
  };

  struct LongEntry {
    BitReader reader;
    Entry entry;
  };
  struct LongSymbol {
    BitReader reader;
    std::uint8_t symbol;
  };

  LongEntry read_long_entry(BitReader reader) const;
  LongSymbol read_long_symbol(BitReader reader) const;
  Entry entry_of(std::uint8_t symbol, std::uint32_t bits, int length) const;
  void build_entries();
  void build_skips();

  Role role_ = Role::dc;
  std::array<Look, 1 << kLookBits> looks_;
  std::array<Entry, 1 << kLookBits> entries_;
  std::array<Skip, 1 << kSkipBits> skips_;
  std::array<std::uint32_t, 18> limits_;  // [length]: above its last code, as 16 bits.
  std::array<int, 17> offsets_;           // [length]: from a code to its symbol's index.
  std::array<std::uint8_t, 256> symbols_;
};

}  // namespace tintype::image::jpeg
