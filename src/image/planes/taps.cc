#include "image/planes/taps.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "base/assert.h"

namespace tintype::image {
namespace {

constexpr double kLobes = 3;
constexpr int kGroup = 4;  // Outputs that a kernel takes at a time.

// What the kernel is worth where it is as good as zero: rounding makes 1e-8 of sinc's zeros.
constexpr float kNothing = 1e-6F;

/// sinc(x) sinc(x / 3) at x = 3 angle / pi. With s = sin(angle), sin(3 angle) = s (3 - 4 s^2), so
/// one sine is enough; as a series of sin(angle) / angle it needs neither division nor branch, and
/// the compiler makes vectors of it. The first term left out is below 2e-10 up to pi.
float lanczos3(float angle) {
  const float square = angle * angle;
  float ratio = 1.0F / 51090942171709440000.0F;  // 1 / 21!
  ratio = ratio * square - 1.0F / 121645100408832000.0F;
  ratio = ratio * square + 1.0F / 355687428096000.0F;
  ratio = ratio * square - 1.0F / 1307674368000.0F;
  ratio = ratio * square + 1.0F / 6227020800.0F;
  ratio = ratio * square - 1.0F / 39916800.0F;
  ratio = ratio * square + 1.0F / 362880.0F;
  ratio = ratio * square - 1.0F / 5040.0F;
  ratio = ratio * square + 1.0F / 120.0F;
  ratio = ratio * square - 1.0F / 6.0F;
  ratio = ratio * square + 1.0F;
  return ratio * ratio * (1.0F - 4.0F / 3.0F * square * ratio * ratio);
}

/// The taps of one output, before they are folded and summed.
struct Reach {
  int begin = 0;
  std::vector<float> weights;

  /// Around `centre`, with a kernel widened by `scale`.
  void set(double centre, double scale);
  /// Brings what lies outside of [0, size) to the edges, and leaves out zeros at both ends.
  void fold(int size);
};

void Reach::set(double centre, double scale) {
  const double support = kLobes * scale;
  begin = static_cast<int>(std::ceil(centre - support - 0.5));
  const int end = static_cast<int>(std::floor(centre + support - 0.5)) + 1;
  weights.resize(static_cast<std::size_t>(std::max(end - begin, 1)));
  const double per_tap = std::numbers::pi / support;
  const auto step = static_cast<float>(per_tap);
  const auto start = static_cast<float>((begin + 0.5 - centre) * per_tap);
  const int count = static_cast<int>(weights.size());
  float* const weight = weights.data();
  for (int k = 0; k < count; ++k) weight[k] = lanczos3(start + static_cast<float>(k) * step);
}

void Reach::fold(int size) {
  const int count = static_cast<int>(weights.size());
  const int low = std::clamp(-begin, 0, count - 1);
  const int high = std::clamp(size - 1 - begin, 0, count - 1);
  float* const weight = weights.data();
  for (int k = 0; k < low; ++k) weight[low] += weight[k];
  for (int k = high + 1; k < count; ++k) weight[high] += weight[k];
  int from = low;
  int to = high + 1;
  while (to - from > 1 && std::abs(weight[from]) < kNothing) ++from;
  while (to - from > 1 && std::abs(weight[to - 1]) < kNothing) --to;
  begin = std::clamp(begin + from, 0, size - 1);
  weights.erase(weights.begin() + to, weights.end());
  weights.erase(weights.begin(), weights.begin() + from);
}

/// Lets each group of `neighbours` begin where the first of them does. Returns how much further
/// each begins in truth.
std::vector<int> share_first(std::vector<int>& first, int count, int neighbours) {
  std::vector<int> leads(first.size());
  const auto end = static_cast<std::size_t>(count);
  for (std::size_t group = 0; group < end; group += static_cast<std::size_t>(neighbours)) {
    const std::size_t group_end = std::min(group + static_cast<std::size_t>(neighbours), end);
    const auto at = static_cast<std::ptrdiff_t>(group);
    const int least = *std::min_element(first.begin() + at,
                                        first.begin() + static_cast<std::ptrdiff_t>(group_end));
    for (std::size_t i = group; i < group_end; ++i) {
      leads[i] = first[i] - least;
      first[i] = least;
    }
  }
  return leads;
}

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

}  // namespace

Taps lanczos_taps(const Stretch& stretch, int size, Packing packing) {
  ASSERT(stretch.count > 0);
  ASSERT(size > 0);
  ASSERT(stretch.begin != stretch.end);
  const bool mirrored = stretch.begin > stretch.end;
  const double begin = std::min(stretch.begin, stretch.end);
  const double ratio = std::abs(stretch.end - stretch.begin) / stretch.count;
  const double scale = std::max(ratio, 1.0);

  // How wide the widest is shows at the end; until then outputs lie one behind the other.
  const int widest = static_cast<int>(2 * kLobes * scale) + 2;
  std::vector<float> packed;
  packed.reserve(static_cast<std::size_t>(stretch.count) *
                 static_cast<std::size_t>(std::min(widest, size)));
  std::vector<int> counts(static_cast<std::size_t>(stretch.count));

  Taps taps;
  const int padded = round_up(stretch.count, kGroup);
  taps.first.assign(static_cast<std::size_t>(padded), 0);
  Reach reach;
  for (int i = 0; i < stretch.count; ++i) {
    reach.set(begin + (i + 0.5) * ratio, scale);
    reach.fold(size);
    float sum = 0;
    for (const float weight : reach.weights) sum += weight;
    for (float& weight : reach.weights) weight /= sum;
    packed.insert(packed.end(), reach.weights.begin(), reach.weights.end());
    const auto at = static_cast<std::size_t>(i);
    counts[at] = static_cast<int>(reach.weights.size());
    taps.first[at] = reach.begin;
  }
  // The order of outputs is what mirrors, not the weights: both ways round to the same samples.
  if (mirrored) std::reverse(taps.first.begin(), taps.first.begin() + stretch.count);
  const auto place = [&](int i) {
    return static_cast<std::size_t>(mirrored ? stretch.count - 1 - i : i);
  };
  const std::vector<int> leads = share_first(taps.first, stretch.count, packing.neighbours);
  for (int i = 0; i < stretch.count; ++i)
    taps.width = std::max(taps.width, leads[place(i)] + counts[static_cast<std::size_t>(i)]);
  taps.width = round_up(taps.width, packing.multiple);
  taps.weights.assign(static_cast<std::size_t>(padded) * static_cast<std::size_t>(taps.width), 0);
  const float* from = packed.data();
  for (int i = 0; i < stretch.count; ++i) {
    const int count = counts[static_cast<std::size_t>(i)];
    const auto to = static_cast<std::ptrdiff_t>(place(i)) * taps.width + leads[place(i)];
    std::copy(from, from + count, taps.weights.begin() + to);
    from += count;
  }
  return taps;
}

}  // namespace tintype::image
