// Which source samples make an output sample, and how much each counts: Lanczos with three lobes,
// widened by the ratio when shrinking, as libvips and Pillow do it.
//
//      begin                                        end       an interval of the source,
//        |  .  .  .  .  .  .  .  .  .  .  .  .  .  .  |       in edges: sample i covers [i, i + 1)
//        |     0     |     1     |     2     |    3   |       becomes `count` outputs of equal
//        width
//     \__/‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾\__/                                an output's taps reach beyond it
#pragma once

#include <vector>

namespace tintype::image {

/// The interval [begin, end) of source samples that becomes `count` outputs. Edges, not centres, so
/// there is no half pixel to forget. begin > end mirrors, which costs nothing.
struct Stretch {
  double begin = 0;
  double end = 0;
  int count = 0;  ///< At least 1.

  /// Whether `size` samples stay what they are.
  bool keeps(int size) const { return begin == 0 && end == size && count == size; }
};

/// Output i is the sum of weights[i * width + k] * source[first[i] + k] for k below `width`.
/// Invariants: weights of an output sum to 1; those whose sample is behind the source's end are 0.
struct Taps {
  int width = 0;           ///< Of every output; a multiple of what was asked for.
  std::vector<int> first;  ///< From 0 to size - 1; padded by zeros to a multiple of four outputs,
  std::vector<float> weights;  ///< and so are these: kernels take four outputs at a time.
};

/// What a kernel wants of the numbers.
struct Packing {
  int multiple = 1;    ///< Of Taps::width.
  int neighbours = 1;  ///< So many outputs in a row have the same `first`: 1, 2 or 4.
};

/// For a source of `size` samples. Taps beyond an edge fold onto the sample at the edge: it is as
/// if the source went on in its last colour.
Taps lanczos_taps(const Stretch& stretch, int size, Packing packing);

}  // namespace tintype::image
