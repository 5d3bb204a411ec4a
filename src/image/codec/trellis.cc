#include "image/codec/trellis.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tintype::image {
namespace {

constexpr int kCount = 64;  // Coefficients of a block.
constexpr float kNever = std::numeric_limits<float>::max();

/// Bits of a level: T.81, table F.2.
int size_of(int magnitude) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude)));
}

/// The places of a block at which a level other than zero is thinkable, and what the zeros between
/// them cost.
struct Places {
  int count = 0;
  std::uint8_t index[kCount];
  std::int16_t rounded[kCount];
  float zero_error[kCount + 1];  ///< Of all coefficients before the n-th, if they were zero.
};

void find_places(const Block& scaled, const float* weights, Places& places) {
  const float* const coefficients = scaled.data();
  float error = 0;
  places.zero_error[0] = places.zero_error[1] = 0;  // DC is none of our business.
  for (int i = 1; i < kCount; ++i) {
    const float magnitude = std::abs(coefficients[i]);
    error += weights[i] * magnitude * magnitude;
    places.zero_error[i + 1] = error;
    if (magnitude < 0.5F) continue;
    places.index[places.count] = static_cast<std::uint8_t>(i);
    places.rounded[places.count++] =
        static_cast<std::int16_t>(std::min(static_cast<int>(magnitude + 0.5F), kAcLevelMax));
  }
}

constexpr int kNowhere = -1;  // Before the first place.

/// The cheapest way from the block's begin to a level at a place.
struct Way {
  float cost = kNever;
  /// The least, over this place and all before it, of what a way there costs less than zeros would.
  float floor = 0;
  std::int16_t level = 0;
  std::int8_t before = kNowhere;  ///< The place of the last level before it.
};

/// Where in the search we are: the ways to all places before the n-th are known.
struct Search {
  const Places& places;
  const Way* ways;
  int n;
};

Way find_way(float coefficient, const Search& search, const float* bits, const Trade& trade) {
  const Places& places = search.places;
  const int index = places.index[search.n];
  const float magnitude = std::abs(coefficient);
  const int high = places.rounded[search.n];
  const int high_size = size_of(high);
  const int low = (1 << (high_size - 1)) - 1;
  const auto error = [&](int level) {
    const float rest = magnitude - static_cast<float>(level);
    return trade.weights[index] * rest * rest;
  };
  const float high_error = error(high);
  const float low_error = low == 0 ? kNever : error(low);
  // A code has one bit at least, besides those of its size: what a way costs in any case.
  const float least = places.zero_error[index] + std::min(high_error, low_error) +
                      trade.lambda * static_cast<float>(high_size);
  Way way;
  for (int before = search.n - 1; before >= kNowhere; --before) {
    const float floor = before == kNowhere ? 0 : search.ways[before].floor;
    if (floor + least >= way.cost) break;  // From here back, none is cheaper.
    const int start = before == kNowhere ? 1 : places.index[before] + 1;
    const float zeros = places.zero_error[index] - places.zero_error[start];
    const int run = index - start;
    const float reached = (before == kNowhere ? 0 : search.ways[before].cost) + zeros +
                          trade.lambda * static_cast<float>(run >> 4) * bits[kZeroRun];
    const float* const costs = bits + ((run & 15) << 4);
    const float high_cost = reached + high_error + trade.lambda * costs[high_size];
    const float low_cost = reached + low_error + trade.lambda * costs[high_size - 1];
    if (std::min(high_cost, low_cost) >= way.cost) continue;
    way.cost = std::min(high_cost, low_cost);
    way.level = static_cast<std::int16_t>(high_cost <= low_cost ? high : low);
    way.before = static_cast<std::int8_t>(before);
  }
  const float floor_before = search.n == 0 ? 0 : search.ways[search.n - 1].floor;
  way.floor = std::min(floor_before, way.cost - places.zero_error[index + 1]);
  return way;
}

}  // namespace

std::int16_t round_dc(const Block& scaled) {
  return static_cast<std::int16_t>(
      std::clamp(static_cast<int>(std::lrint(scaled[0])), kDcLevelMin, kDcLevelMax));
}

void round_levels(const Block& scaled, Levels& levels) {
  for (std::size_t i = 1; i < levels.size(); ++i) {
    const int magnitude = std::min(static_cast<int>(std::abs(scaled[i]) + 0.5F), kAcLevelMax);
    levels[i] = static_cast<std::int16_t>(scaled[i] < 0 ? -magnitude : magnitude);
  }
}

void count_symbols(const Levels& levels, AcCounts& counts) {
  int run = 0;
  for (std::size_t i = 1; i < levels.size(); ++i) {
    const int magnitude = std::abs(levels[i]);
    if (magnitude == 0) {
      ++run;
      continue;
    }
    for (; run >= 16; run -= 16) ++counts[kZeroRun];
    ++counts[static_cast<std::size_t>(run << 4 | size_of(magnitude))];
    run = 0;
  }
  if (run > 0) ++counts[kEndOfBlock];
}

AcBits bits_of(const AcCounts& counts) {
  constexpr float kBitsMax = 16;  // The longest code: T.81, C.
  constexpr float kUnseen = 0.5F;
  float total = 0;
  for (const std::uint32_t count : counts) total += static_cast<float>(count) + kUnseen;
  AcBits bits;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const float code = std::log2(total / (static_cast<float>(counts[i]) + kUnseen));
    bits[i] = std::clamp(code, 1.0F, kBitsMax) + static_cast<float>(i & 15);
  }
  return bits;
}

void choose_levels(const Block& scaled, const AcBits& bits, const Trade& trade, Levels& levels) {
  const float* const coefficients = scaled.data();
  Places places;
  find_places(scaled, trade.weights, places);
  std::fill(levels.begin() + 1, levels.end(), std::int16_t{0});

  Way ways[kCount];
  float end_cost = places.zero_error[kCount] + trade.lambda * bits[kEndOfBlock];
  int end = kNowhere;
  for (int n = 0; n < places.count; ++n) {
    const int index = places.index[n];
    ways[n] = find_way(coefficients[index], {places, ways, n}, bits.data(), trade);
    // All behind it are zeros; behind the last of a block comes no mark.
    const float rest = places.zero_error[kCount] - places.zero_error[index + 1];
    const float mark = index == kCount - 1 ? 0 : trade.lambda * bits[kEndOfBlock];
    if (ways[n].cost + rest + mark >= end_cost) continue;
    end_cost = ways[n].cost + rest + mark;
    end = n;
  }
  for (int n = end; n != kNowhere; n = ways[n].before) {
    const std::size_t index = places.index[n];
    const int level = ways[n].level;
    levels[index] = static_cast<std::int16_t>(scaled[index] < 0 ? -level : level);
  }
}

}  // namespace tintype::image
