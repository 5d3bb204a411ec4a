// The bits of entropy-coded JPEG data, with its stuffing.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace tintype::image {

/// Writes to memory that the caller made large enough: two bytes for each byte of bits, and 16.
class BitWriter {
 public:
  explicit BitWriter(char* target) : next_(target) {}

  /// The lowest `count` bits of `bits`, the highest first; the others are zero. At most 31.
  void put(std::uint32_t bits, int count) {
    if (count <= free_) [[likely]] {
      waiting_ = waiting_ << count | bits;
      free_ -= count;
      return;
    }
    const int over = count - free_;
    write((waiting_ << free_) | (bits >> over));
    waiting_ = bits;  // What was written of it is shifted out before the next time.
    free_ = 64 - over;
  }

  /// Fills the last byte with ones (T.81, F.1.2.3). Returns the end of what was written.
  char* finish() {
    const int used = 64 - free_;
    if (used > 0) {
      std::uint64_t rest = waiting_ << free_ | ((std::uint64_t{1} << free_) - 1);
      for (int i = 0; i < used; i += 8, rest <<= 8) write_byte(static_cast<unsigned>(rest >> 56));
    }
    free_ = 64;
    return next_;
  }

 private:
  void write(std::uint64_t eight) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    // A byte is 0xFF if it has its high bit, and has not when one is added. A carry only comes from
    // such a byte.
    if ((eight & ~(eight + kOnes) & kHighBits) == 0) [[likely]] {
      const std::uint64_t ordered =
          std::endian::native == std::endian::little ? __builtin_bswap64(eight) : eight;
      std::memcpy(next_, &ordered, sizeof(ordered));
      next_ += sizeof(ordered);
      return;
    }
    for (int i = 0; i < 8; ++i, eight <<= 8) write_byte(static_cast<unsigned>(eight >> 56));
  }
  void write_byte(unsigned byte) {
    *next_++ = static_cast<char>(byte);
    if (byte == 0xFF) *next_++ = 0;  // T.81, F.1.2.3.
  }

  std::uint64_t waiting_ = 0;  // Its lowest 64 - free_ bits.
  int free_ = 64;
  char* next_;
};

}  // namespace tintype::image
