// A place in plain data: entropy-coded bytes whose stuffing is taken out (plain_data.h). Several of
// them are read side by side.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace tintype::image::jpeg {

/// Reads as BitReader does, and need not look at what it reads: behind plain data are zeros enough
/// for an MCU, and whoever reads one asks afterwards where that led.
///
/// A value of three words; loops keep it in registers as long as its address never leaves them.
class Lane {
 public:
  Lane() = default;
  /// Stands `bit` bits behind `data`.
  Lane(const std::uint8_t* data, std::int64_t bit, bool broken = false)
      : next_(data + bit / 8), broken_(broken) {
    fill();
    drop(static_cast<int>(bit % 8));
  }

  static constexpr int kFilledMin = 56;

  /// Makes sure of 56 bits.
  [[gnu::always_inline]] void fill() {
    std::uint64_t word;
    std::memcpy(&word, next_, sizeof(word));
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
    bits_ |= word >> count_;
    next_ += (63 ^ count_) >> 3;
    count_ |= kFilledMin;
  }
  void fill_for_symbol() { fill(); }

  // REQUIRES for these: as many bits were filled. For peek() at least 1.
  std::uint32_t peek(int count) const { return static_cast<std::uint32_t>(bits_ >> (64 - count)); }
  std::uint64_t ahead(int count) const { return bits_ << count; }
  void drop(int count) {
    bits_ <<= count & 63;
    count_ -= static_cast<std::uint64_t>(count);
  }
  /// drop() in two halves: the bits at once, and how many they were later.
  void shift(std::uint32_t count) { bits_ <<= count & 63; }
  void count_shifted(std::uint32_t count) { count_ -= count; }

  /// Takes back all shift()s that were not counted. REQUIRES: it was filled before.
  void take_back() {
    const std::uint64_t bytes = (count_ + 7) / 8;
    *this = Lane(next_ - bytes, static_cast<std::int64_t>(bytes * 8 - count_), broken_);
  }

  /// In bits, from `data` on.
  std::int64_t position(const std::uint8_t* data) const {
    return (next_ - data) * 8 - static_cast<std::int64_t>(count_);
  }

  /// As of BitReader.
  bool broken() const { return broken_; }
  void set_broken(bool broken = true) { broken_ = broken; }

 private:
  std::uint64_t bits_ = 0;
  const std::uint8_t* next_ = nullptr;
  std::uint64_t count_ = 0;  // 0 to 63.
  bool broken_ = false;
};

}  // namespace tintype::image::jpeg
