#include "image/jpeg/bit_reader.h"

namespace tintype::image::jpeg {

BitReader BitReader::filled_with_care(BitReader reader) {
  reader.fill_byte_by_byte();
  return reader;
}

void BitReader::fill_byte_by_byte() {
  while (count_ < kFilledMin) {
    // Fill bytes: T.81, B.1.1.2.
    while (end_ - next_ >= 2 && next_[0] == 0xff && next_[1] == 0xff) ++next_;
    const bool marker = next_ == end_ || (*next_ == 0xff && (next_ + 1 == end_ || next_[1] != 0));
    if (marker) {
      // The zeros are there already.
      padding_ += kFilledMin - count_;
      count_ = kFilledMin;
      return;
    }
    bits_ |= static_cast<std::uint64_t>(*next_) << (kFilledMin - count_);
    count_ += 8;
    next_ += *next_ == 0xff ? 2 : 1;
  }
}

void BitReader::seek_marker() {
  bits_ = 0;
  count_ = 0;
  padding_ = 0;
  while (next_ != end_) {
    const void* found = std::memchr(next_, 0xff, static_cast<std::size_t>(end_ - next_));
    if (found == nullptr) break;
    next_ = static_cast<const std::uint8_t*>(found);
    // Stuffing, and fill bytes before a marker: T.81, B.1.1.2.
    if (next_ + 1 == end_) break;
    if (next_[1] != 0 && next_[1] != 0xff) return;
    next_ += next_[1] == 0 ? 2 : 1;
  }
  next_ = end_;
}

}  // namespace tintype::image::jpeg
