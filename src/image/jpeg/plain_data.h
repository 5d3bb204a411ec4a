// Entropy-coded data without its stuffing (T.81, F.1.2.3), a stretch at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tintype::image::jpeg {

/// A window that moves over the data up to the next marker. So its places are plain numbers of
/// bits, and reading can begin at any of them.
class PlainData {
 public:
  /// More than an MCU takes, whatever comes: ten blocks of 64 symbols of 31 bits, and what a lane
  /// looks ahead. So many zeros are behind the data.
  static constexpr std::size_t kMcuBytesMax = 10 * 64 * 31 / 8 + 32;

  /// Holds `capacity` bytes at once.
  explicit PlainData(std::size_t capacity);

  /// Takes in what begins at `begin`; nothing lies behind `end`.
  void start(const std::uint8_t* begin, const std::uint8_t* end);
  /// Forgets the first bytes and takes in others behind the last.
  void advance(std::size_t forgotten);

  const std::uint8_t* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }
  std::int64_t bits() const { return static_cast<std::int64_t>(size_) * 8; }
  /// Nothing follows but a marker, or the end.
  bool complete() const { return complete_; }
  /// Where in the file that follows which is not in here: the marker's 0xFF if it is complete.
  const std::uint8_t* source() const { return source_; }

 private:
  void take_in();

  std::size_t capacity_;
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t size_ = 0;
  bool complete_ = false;
  const std::uint8_t* source_ = nullptr;
  const std::uint8_t* end_ = nullptr;
};

}  // namespace tintype::image::jpeg
