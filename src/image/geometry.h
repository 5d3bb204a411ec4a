// The law of dimensions: from the source's size and a plan to the result's. Numbers only.
#pragma once

#include "base/result.h"
#include "image/limits.h"
#include "image/plan.h"

namespace tintype::image {

struct Size {
  int width = 0;
  int height = 0;

  bool operator==(const Size&) const = default;
};

/// The whole picture is resized to `resized`, of which `result` is kept.
/// Invariant: result fits into resized; both are at least 1 x 1.
struct Placement {
  Size resized;
  Size result;

  /// How much smaller the resized picture is than `source`: the side that shrinks less.
  double scale(Size source) const;
  bool operator==(const Placement&) const = default;
};

/// `source` is upright. `too_large` if the result is over a limit or over what its format can hold.
Result<Placement> place(const Plan& plan, Size source, const Limits& limits);

}  // namespace tintype::image
