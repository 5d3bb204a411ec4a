// Bits of entropy-coded data, straight from the file: stuffing is taken out eight bytes at a time,
// without a copy. T.81, F.2.2.5.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tintype::image::jpeg {

/// Reads up to the next marker, and zeros for ever after; overrun() says whether any of those were
/// used. So the loops of the decoders have no error to look for, and still end.
///
/// A value of five words. Loops copy it and never let its address out (what is slow takes it and
/// gives it back by value), so that it lives in registers.
class BitReader {
 public:
  BitReader(const std::uint8_t* begin, const std::uint8_t* end) : next_(begin), end_(end) {}

  static constexpr int kFilledMin = 56;

  /// Makes sure of 56 bits.
  void fill() {
    if (end_ - next_ >= 8) [[likely]] {
      std::uint64_t word;
      std::memcpy(&word, next_, sizeof(word));
      if (!has_ff(word)) [[likely]] {
        if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
        bits_ |= word >> count_;
        next_ += (63 - count_) >> 3;
        count_ |= kFilledMin;
        return;
      }
    }
    *this = filled_with_care(*this);
  }
  /// Makes sure of 32 bits: one symbol with its value has at most 31.
  void fill_for_symbol() {
    if (count_ < 32) fill();
  }

  // REQUIRES for these: as many bits were filled. For peek() and take() at least 1.
  std::uint32_t peek(int count) const { return static_cast<std::uint32_t>(bits_ >> (64 - count)); }
  /// The next bits behind `count`, from the highest down; below what is filled they may be
  /// anything.
  std::uint64_t ahead(int count) const { return bits_ << count; }
  void drop(int count) {
    bits_ <<= count;
    count_ -= count;
  }
  std::uint32_t take(int count) {
    const std::uint32_t value = peek(count);
    drop(count);
    return value;
  }
  /// Any number of bits, of which nothing is wanted. Afterwards at least one is filled.
  void skip(int count) {
    constexpr int kStep = 31;
    while (count > kStep) {
      fill_for_symbol();
      drop(kStep);
      count -= kStep;
    }
    fill_for_symbol();
    drop(count);
  }

  /// Whether more was used than there was before the marker.
  bool overrun() const { return padding_ > count_; }
  /// A code that no table has, or a run beyond the block: the data is damaged.
  bool broken() const { return broken_; }
  void set_broken() { broken_ = true; }

  /// Forgets what is left of this interval and stands on the next marker's 0xFF, or at the end.
  void seek_marker();
  /// Where it stands. After seek_marker(): the marker.
  const std::uint8_t* position() const { return next_; }
  bool at_end() const { return next_ == end_; }
  const std::uint8_t* end() const { return end_; }
  /// Goes on behind a marker of two bytes.
  void pass_marker() { next_ += 2; }

 private:
  /// Whether one of eight bytes is 0xFF: its low seven bits carry, and its high bit is set.
  static bool has_ff(std::uint64_t word) {
    constexpr std::uint64_t kLow = 0x7f7f7f7f7f7f7f7f;
    constexpr std::uint64_t kOne = 0x0101010101010101;
    return (((word & kLow) + kOne) & word & ~kLow) != 0;
  }
  static BitReader filled_with_care(BitReader reader);
  void fill_byte_by_byte();

  std::uint64_t bits_ = 0;  // The next bits, from the highest down; zeros behind them.
  int count_ = 0;           // How many of them.
  bool broken_ = false;
  std::int64_t padding_ = 0;  // How many of those that were ever filled are no data.
  const std::uint8_t* next_;
  const std::uint8_t* end_;
};

}  // namespace tintype::image::jpeg
