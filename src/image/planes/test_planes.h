// Planes for tests, and the loop over every instruction set that this machine has.
#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "image/planes/plane.h"

namespace tintype::image::test {

/// `sample(x, y)` says what each is.
template <class F>
Plane make_plane(int width, int height, F sample) {
  Plane plane(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) plane.row(y)[x] = static_cast<std::uint8_t>(sample(x, y));
  return plane;
}

inline Plane flat(int width, int height, int value) {
  return make_plane(width, height, [value](int, int) { return value; });
}

/// The hardest picture: every sample is any value, and always the same ones.
inline Plane noise(int width, int height, std::uint32_t seed = 1) {
  return make_plane(width, height, [&seed](int, int) {
    seed = seed * 1664525 + 1013904223;
    return seed >> 24;
  });
}

/// The largest difference between samples of two planes; 256 if their sizes differ.
inline int distance(const Plane& a, const Plane& b) {
  if (a.width() != b.width() || a.height() != b.height()) return 256;
  int most = 0;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x) most = std::max(most, std::abs(a.row(y)[x] - b.row(y)[x]));
  return most;
}

/// Kernels are compiled once per instruction set and chosen when the program starts: this runs
/// `body` with each.
template <class F>
void on_every_target(F body) {
  for (const auto target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace tintype::image::test
