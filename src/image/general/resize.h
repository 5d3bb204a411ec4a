// Making pictures smaller, seldom larger. May throw vips::VError, which render() catches.
#pragma once

#include <vips/vips8>

#include <vector>

#include "image/geometry.h"
#include "image/plan.h"

namespace tintype::image {

/// To exactly `target`, with a Lanczos kernel, alpha premultiplied meanwhile. Lazy.
vips::VImage resize(const vips::VImage& image, Size target);

/// By a whole number, with a box filter; alpha counts as above. Lazy.
vips::VImage shrink(const vips::VImage& image, int factor);

/// What hangs over `target` is cut off, by gravity. Lazy.
vips::VImage crop(const vips::VImage& image, Size target, Gravity gravity);

/// The decoded picture and, made when first needed, its halves, quarters, and so on: a small result
/// is resized from a small level instead of from everything again.
class Levels {
 public:
  explicit Levels(vips::VImage decoded) : levels_{std::move(decoded)} {}

  /// The smallest level that is at least twice `target`, or else the picture itself. Resizing from
  /// it is as good as from the picture: a resize begins with a box filter down to twice its target
  /// anyway.
  const vips::VImage& for_target(Size target);
  const vips::VImage& whole() const { return levels_.front(); }

 private:
  std::vector<vips::VImage> levels_;  // Each in memory, half of the one before it.
};

}  // namespace tintype::image
