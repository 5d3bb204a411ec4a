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
    /// None fits: no block has so many left.
    constexpr Skip() : packed_(kNone) {}
    constexpr Skip(int length, int passed, bool ends)
        : packed_(static_cast<std::uint16_t>(length | (passed + (ends ? kEndOfBlock + 1 : 0))
                                                          << kLengthBits)) {}
    constexpr int length() const { return packed_ & ((1 << kLengthBits) - 1); }
    /// Coefficients that are passed; more than kEndOfBlock at the end. That much more, so that an
    /// end behind a full block, which is none, leads 64 further than one that is right.
    constexpr int advance() const { return packed_ >> kLengthBits & 0xff; }
    /// So many coefficients have to be left for all of it to belong to the block.
    constexpr int bound() const { return advance() & (kEndOfBlock - 1); }

    /// All of it in a word, of which several can be added up: length() in the lowest bits, up to 63
    /// in all; advance() from kLengthBits on; and kNone.
    constexpr std::uint32_t word() const { return packed_; }
    static constexpr int kLengthBits = 6;
    static constexpr std::uint32_t kNone = 1U << 14 | (kEndOfBlock + 64U) << kLengthBits;

   private:
    std::uint16_t packed_;
  };

  /// `damaged_input` if it is no prefix code, or has symbols that its role does not know;
  /// `unsupported` if it is not defined.
  Status build(const HuffmanCode& code, Role role);

  /// Bits that read() and skip() need to be filled. Longer ones are rare and fill for themselves.
  static constexpr int kReadBits = kLookBits + 15;
  static constexpr int kSkippedBitsMax = 18;

  /// Bits is a BitReader or a Lane.
  template <class Bits>
  [[gnu::always_inline]] Coefficient read(Bits& bits) const {
    const Entry entry = look(~0U, bits);
    Coefficient coefficient = take(entry, bits);
    coefficient.value += entry.value();
    return coefficient;
  }
  /// As read(), of a sequential scan's code, with a `mask` of all ones. With 0 nothing is read, and
  /// the result is zeros; no branch asks for it.
  template <class Bits>
  [[gnu::always_inline]] Coefficient read_if(std::uint32_t mask, Bits& bits) const {
    return take(look(mask, bits), bits);
  }
  template <class Bits>
  Skip skip(const Bits& bits) const {
    return skips_[bits.peek(kSkipBits)];
  }

 private:
  /// What a code says. One word: one load brings all that the next step needs, and one mask makes
  /// nothing of it.
  class Entry {
   public:
    constexpr Entry() = default;
    constexpr Entry(int length, int size, int advance, int value)
        : word_(static_cast<std::uint32_t>(length | size << 8 | advance << 16) |
                static_cast<std::uint32_t>(value) << 24) {}
    /// Of the code and the number behind it; 0: the code does not fit.
    int length() const { return static_cast<int>(word_ & 0xff); }
    int size() const { return static_cast<int>(word_ >> 8 & 0xff); }  ///< Of the number.
    int advance() const { return static_cast<int>(word_ >> 16 & 0xff); }
    /// Of a symbol without number.
    int value() const { return static_cast<std::int32_t>(word_) >> 24; }
    void mask(std::uint32_t with) { word_ &= with; }

   private:
    std::uint32_t word_ = 0;
  };

  /// What the next code says, if `mask` is all ones; nothing is dropped yet.
  template <class Bits>
  [[gnu::always_inline]] Entry look(std::uint32_t mask, Bits& bits) const {
    Entry entry = entries_[bits.peek(kLookBits)];
    if (entry.length() == 0) [[unlikely]] {
      bits.fill_for_symbol();
      entry = long_entry(bits.peek(16));
      if (entry.length() == 0) {
        if (mask != 0) bits.set_broken();
        entry = Entry(1, 0, 1, 0);
      }
    }
    entry.mask(mask);
    return entry;
  }
  /// The number behind the code. Arithmetic instead of a branch: how long it is cannot be foreseen.
  /// T.81, F.2.2.1.
  template <class Bits>
  [[gnu::always_inline]] static Coefficient take(Entry entry, Bits& bits) {
    const std::uint64_t number = bits.ahead(entry.length() - entry.size());
    const auto raw = static_cast<int>(number >> 1 >> (63 - entry.size()));
    const bool negative = number >> 63 == 0;
    const int shift = negative ? 1 - (1 << entry.size()) : 0;
    bits.drop(entry.length());
    return {.value = raw + shift, .advance = entry.advance()};
  }

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
