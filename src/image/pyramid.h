// A decoded channel and, made when first needed, its halves, quarters, and so on: a small result is
// resampled from a small level instead of from everything again.
#pragma once

#include <vector>

#include "image/planes/photo.h"
#include "image/planes/taps.h"

namespace tintype::image {

class Pyramid {
 public:
  /// Keeps a reference to `decoded`.
  explicit Pyramid(const Channel& decoded) : decoded_(decoded) {}

  /// The smallest level that still has two samples, or more, for each of the result's; or else the
  /// channel itself. `columns` and `rows` are in pixels of the file. Valid until the next call.
  const Channel& level_for(const Stretch& columns, const Stretch& rows);

 private:
  const Channel& decoded_;
  std::vector<Channel> levels_;  // Each half of the one before it, the first of decoded_.
};

}  // namespace tintype::image
