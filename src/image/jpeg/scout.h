// What a lane brings that reads ahead of where the decoder is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "image/jpeg/coefficients.h"
#include "image/jpeg/lane.h"
#include "image/jpeg/scan.h"

namespace tintype::image::jpeg {

/// A place between two MCUs, and the predictions of DC there, by part of the scan.
struct Reading {
  Lane lane;
  std::array<std::uint32_t, kComponentsMax> predictions = {};
};

/// Begins at a place of which nobody knows what it is, as if an MCU began there, and keeps what it
/// reads until it is known which MCUs these were; or that they were none.
///
/// They are kept as those of a picture of one row of MCUs would be, with predictions that began
/// with zero.
class Scout {
 public:
  /// Keeps MCUs of `grid`, whose parts are kept as `layouts` say; as many as are worth the memory.
  Scout(const ScanGrid& grid, const std::array<const Layout*, kComponentsMax>& layouts);
  Scout(const ScanGrid& grid, const std::array<const Layout*, kComponentsMax>& layouts,
        int capacity);

  /// Forgets everything and stands at `bit` of `data`. Reads up to `limit`, in bits, and
  /// `count_max` MCUs.
  void begin(const std::uint8_t* data, std::int64_t bit, std::int64_t limit, int count_max);

  int capacity() const { return capacity_; }
  int count() const { return count_; }
  bool stopped() const { return stopped_; }
  std::int64_t begin_of(int mcu) const { return begins_[static_cast<std::size_t>(mcu)]; }
  const Reading& reading() const { return reading_; }

  /// The place of a block of the MCU that is read next.
  std::int16_t* block(int part, int h, int v) {
    const ScanGrid::Part& of = grid_.parts[static_cast<std::size_t>(part)];
    return stores_[static_cast<std::size_t>(part)].block(count_ * of.horizontal + h, v);
  }
  /// An MCU was read. Stops if it is too long or the last for which there is room; if it is
  /// broken, all so far is worth nothing.
  [[gnu::always_inline]] void note(const Reading& after);

  /// The MCU that began at `bit`; `from` is where the last search ended, and moves on. Empty if
  /// none did, or nothing behind it can be relied upon.
  std::optional<int> find(std::int64_t bit, int& from) const;
  /// The prediction of a part before an MCU, of which 16 bits count.
  std::uint32_t prediction_before(int part, int mcu) const;
  const CoefficientStore& store(int part) const { return stores_[static_cast<std::size_t>(part)]; }

 private:
  const ScanGrid& grid_;
  int capacity_;
  std::array<CoefficientStore, kComponentsMax> stores_;
  std::vector<std::int64_t> begins_;  // Of each MCU, and of the one behind the last.
  const std::uint8_t* data_ = nullptr;
  Reading reading_;
  std::int64_t limit_ = 0;
  int count_max_ = 0;
  int count_ = 0;
  int first_ = 0;  // Before it nothing can be relied upon.
  bool stopped_ = true;
};

inline void Scout::note(const Reading& after) {
  const std::int64_t position = after.lane.position(data_);
  if (position > limit_) {
    stopped_ = true;
    return;
  }
  reading_ = after;
  ++count_;
  begins_[static_cast<std::size_t>(count_)] = position;
  if (after.lane.broken()) {
    reading_.lane.set_broken(false);
    first_ = count_;
  }
  if (count_ == count_max_) stopped_ = true;
}

}  // namespace tintype::image::jpeg
