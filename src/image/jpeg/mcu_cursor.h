// Where the decoder is in a sequential scan, and where what it reads there belongs.
#pragma once

#include <array>
#include <cstdint>

#include "image/jpeg/coefficients.h"
#include "image/jpeg/scan.h"
#include "image/jpeg/scout.h"
#include "image/jpeg/sequential.h"

namespace tintype::image::jpeg {

/// Goes from one MCU to the next, and says when a row of them is complete.
class McuCursor {
 public:
  /// Keeps all of these.
  McuCursor(const ScanGrid& grid, const SequentialJob& job, Stores& stores);

  std::int64_t index() const { return index_; }
  /// Behind the last MCU that is needed.
  std::int64_t end() const { return std::int64_t{grid_.mcus_wide} * job_.window.bottom; }
  /// Whether one of `count` MCUs lies in the window.
  bool wants_any(std::int64_t first, std::int64_t count) const;

  /// The store for a block of this MCU, and its place in there.
  [[gnu::always_inline]] std::int16_t* block(int part, int h, int v) {
    Part& of = parts_[static_cast<std::size_t>(part)];
    const ScanGrid::Part& grid = grid_.parts[static_cast<std::size_t>(part)];
    if (!wanted()) return of.nowhere.block(h, v);
    return of.store->block((x_ - left()) * grid.horizontal + h, (y_ - top()) * grid.vertical + v);
  }
  void next() {
    ++index_;
    if (++x_ < grid_.mcus_wide) return;
    end_row();
  }
  void pass(std::int64_t count) {
    for (; count > 0; --count) next();
  }
  /// As if `count` MCUs were read that are those of the scout from `mcu` on; `differences`, by
  /// part, are added to their DC.
  void take(const Scout& scout, int mcu, int count,
            const std::array<std::uint32_t, kComponentsMax>& differences);

 private:
  struct Part {
    CoefficientStore* store = nullptr;
    CoefficientStore nowhere;  // For an MCU beside the window.
  };

  bool wanted() const {
    return job_.window.has_row(y_) && x_ >= job_.window.left && x_ < job_.window.right;
  }
  // What the stores begin with.
  int left() const { return job_.streaming ? job_.window.left : 0; }
  int top() const { return job_.streaming ? y_ : 0; }
  void end_row();

  const ScanGrid& grid_;
  const SequentialJob& job_;
  std::array<Part, kComponentsMax> parts_;
  std::int64_t index_ = 0;
  int x_ = 0;
  int y_ = 0;
};

}  // namespace tintype::image::jpeg
