#include "image/codec/trellis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <vector>

namespace tintype::image {
namespace {

Block weights_of_one() {
  Block weights;
  weights.fill(1);
  return weights;
}

/// Something like what photographs have: dear runs and sizes, a cheap end.
AcBits some_bits() {
  AcBits bits;
  for (std::size_t i = 0; i < bits.size(); ++i)
    bits[i] = 2 + 0.5F * static_cast<float>(i >> 4) + 2 * static_cast<float>(i & 15);
  bits[kEndOfBlock] = 3;
  bits[kZeroRun] = 10;
  return bits;
}

/// By the definition, for any levels.
float cost_of(const Block& scaled, const AcBits& bits, float lambda, const Levels& levels) {
  float cost = 0;
  AcCounts counts = {};
  count_symbols(levels, counts);
  for (std::size_t i = 0; i < counts.size(); ++i)
    cost += lambda * bits[i] * static_cast<float>(counts[i]);
  for (std::size_t i = 1; i < levels.size(); ++i) {
    const float rest = scaled[i] - static_cast<float>(levels[i]);
    cost += rest * rest;
  }
  return cost;
}

/// The least cost of all combinations of the levels that are thinkable.
float least_cost(const Block& scaled, const AcBits& bits, float lambda) {
  std::vector<Levels> all(1);
  all[0].fill(0);
  for (std::size_t i = 1; i < scaled.size(); ++i) {
    const int rounded = static_cast<int>(std::lround(std::abs(scaled[i])));
    const std::size_t before = all.size();
    for (int level = 1; level <= rounded; ++level)
      for (std::size_t n = 0; n < before; ++n) {
        all.push_back(all[n]);
        all.back()[i] = static_cast<std::int16_t>(scaled[i] < 0 ? -level : level);
      }
  }
  float least = 1e9F;
  for (const Levels& levels : all) least = std::min(least, cost_of(scaled, bits, lambda, levels));
  return least;
}

TEST(Trellis, FindsTheCheapestOfAllCombinations) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> magnitude(0.2F, 4.4F);
  std::uniform_int_distribution<std::size_t> place(1, 63);
  const AcBits bits = some_bits();
  const Block weights = weights_of_one();
  for (int round = 0; round < 60; ++round)
    for (const float lambda : {0.02F, 0.1F, 0.5F}) {
      SCOPED_TRACE(round);
      Block scaled = {};
      for (int i = 0; i < 6; ++i)
        scaled[place(generator)] = magnitude(generator) * (i % 2 == 0 ? 1.0F : -1.0F);
      if (round % 3 == 0) scaled[63] = magnitude(generator);  // Then no end is marked.

      Levels levels = {};
      choose_levels(scaled, bits, {.lambda = lambda, .weights = weights.data()}, levels);

      const float least = least_cost(scaled, bits, lambda);
      EXPECT_NEAR(cost_of(scaled, bits, lambda, levels), least, 1e-3F * least + 1e-4F);
    }
}

TEST(Trellis, RoundsWhereBitsCostNothing) {
  std::mt19937 generator(2);
  std::normal_distribution<float> coefficient(0, 3);
  const Block weights = weights_of_one();
  for (int round = 0; round < 50; ++round) {
    Block scaled;
    for (float& each : scaled) each = coefficient(generator);
    Levels chosen = {};
    Levels rounded = {};
    choose_levels(scaled, some_bits(), {.lambda = 0, .weights = weights.data()}, chosen);
    round_levels(scaled, rounded);
    EXPECT_EQ(chosen, rounded);
  }
}

TEST(Trellis, LeavesNothingWhereBitsAreWorthEverything) {
  Block scaled;
  scaled.fill(30);
  const Block weights = weights_of_one();
  Levels levels;
  levels.fill(7);
  choose_levels(scaled, some_bits(), {.lambda = 1e6F, .weights = weights.data()}, levels);
  EXPECT_EQ(levels[0], 7);  // Is not its business.
  EXPECT_TRUE(std::all_of(levels.begin() + 1, levels.end(), [](int each) { return each == 0; }));
}

TEST(Trellis, KeepsLevelsWithinWhatJpegCanWrite) {
  Block scaled;
  scaled.fill(-5000);
  const Block weights = weights_of_one();
  Levels chosen = {};
  Levels rounded = {};
  choose_levels(scaled, some_bits(), {.lambda = 0.1F, .weights = weights.data()}, chosen);
  round_levels(scaled, rounded);
  for (std::size_t i = 1; i < chosen.size(); ++i) {
    EXPECT_EQ(chosen[i], -kAcLevelMax);
    EXPECT_EQ(rounded[i], -kAcLevelMax);
  }
  EXPECT_EQ(round_dc(scaled), -1024);
  scaled[0] = 5000;
  EXPECT_EQ(round_dc(scaled), 1023);
}

TEST(CountSymbols, CountsAsT81Writes) {
  const struct {
    const char* name;
    std::vector<std::pair<int, int>> levels;  ///< Index, level.
    std::vector<std::pair<int, unsigned>> symbols;
  } cases[] = {
      {"nothing", {}, {{kEndOfBlock, 1}}},
      {"the first", {{1, 1}}, {{0x01, 1}, {kEndOfBlock, 1}}},
      {"sizes", {{1, -1}, {2, 3}, {3, -4}, {4, 1023}}, {{1, 1}, {2, 1}, {3, 1}, {10, 1}, {0, 1}}},
      {"a run", {{16, 1}}, {{0xF1, 1}, {kEndOfBlock, 1}}},
      {"sixteen zeros", {{17, 1}}, {{kZeroRun, 1}, {0x01, 1}, {kEndOfBlock, 1}}},
      {"the last alone", {{63, -2}}, {{kZeroRun, 3}, {0xE2, 1}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Levels levels = {};
    for (const auto& [index, level] : c.levels)
      levels[static_cast<std::size_t>(index)] = static_cast<std::int16_t>(level);
    AcCounts expected = {};
    for (const auto& [symbol, count] : c.symbols)
      expected[static_cast<std::size_t>(symbol)] = count;
    AcCounts counts = {};
    count_symbols(levels, counts);
    EXPECT_EQ(counts, expected);
  }
}

TEST(BitsOf, AreFewForWhatIsFrequent) {
  AcCounts counts = {};
  counts[kEndOfBlock] = 1000;
  counts[0x01] = 500;
  counts[0x12] = 1;
  const AcBits bits = bits_of(counts);
  EXPECT_LT(bits[kEndOfBlock], 1.5F);
  EXPECT_NEAR(bits[0x01], 1 + 1.7F, 0.3F);
  EXPECT_GT(bits[0x12], 2 + 9.0F);
  EXPECT_LE(bits[0xFA], 10 + 16.0F);
}

}  // namespace
}  // namespace tintype::image
