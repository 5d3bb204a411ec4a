// One channel of a picture: rows of 8-bit samples. What decoders of photographs write, kernels
// resample and encoders read, without ever becoming RGB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tintype::image {

/// Owns its memory. Rows begin at multiples of kAlignment bytes, and behind each row there is room
/// for another kAlignment bytes, so kernels may read and write whole vectors. Samples are not
/// initialised. A default one is empty: 0 x 0.
class Plane {
 public:
  static constexpr std::size_t kAlignment = 64;  // A cache line, and the widest vector.

  Plane() = default;
  /// Both at least 1.
  Plane(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }
  bool empty() const { return width_ == 0; }
  /// Bytes from one row to the next.
  std::ptrdiff_t stride() const { return stride_; }

  /// Forgets columns on the right and rows at the bottom. Both at least 1, and no larger than
  /// before.
  void trim(int width, int height);

  std::uint8_t* row(int y) { return samples_.get() + y * stride_; }
  const std::uint8_t* row(int y) const { return samples_.get() + y * stride_; }

 private:
  struct Free {
    void operator()(std::uint8_t* samples) const;
  };

  int width_ = 0;
  int height_ = 0;
  std::ptrdiff_t stride_ = 0;
  std::unique_ptr<std::uint8_t[], Free> samples_;
};

/// Samples of a sub-sampled channel that `pixels` need: half of them, rounded up.
constexpr int halved(int pixels) { return (pixels + 1) / 2; }

/// A finished picture, upright and of its final size, before it is encoded: Y'CbCr of BT.601 as
/// JFIF has it, sRGB primaries and transfer.
struct Planes {
  Plane luma;
  Plane cb;  ///< Both chroma planes are empty in a grey picture; else both are of luma's size
  Plane cr;  ///< (4:4:4), or of half of it, rounded up (4:2:0), sited in the middle.

  int width() const { return luma.width(); }
  int height() const { return luma.height(); }
  bool grey() const { return cb.empty(); }
  bool subsampled() const {
    return !grey() && (cb.width() != luma.width() || cb.height() != luma.height());
  }
};

}  // namespace tintype::image
