#include "image/codec/huffman_code.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <queue>
#include <random>
#include <vector>

namespace tintype::image {
namespace {

using Counts = std::array<std::uint32_t, 256>;

/// Bits of everything in the best code of any length, one symbol of no count among them: by the
/// book.
std::uint64_t least_bits(const Counts& counts) {
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> heap;
  heap.push(0);
  for (const std::uint32_t count : counts)
    if (count > 0) heap.push(count);
  std::uint64_t bits = 0;
  while (heap.size() > 1) {
    const std::uint64_t first = heap.top();
    heap.pop();
    const std::uint64_t both = first + heap.top();
    heap.pop();
    heap.push(both);
    bits += both;
  }
  return bits;
}

std::uint64_t bits_with(const HuffmanCode& code, const Counts& counts) {
  const auto words = code_words(code);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    bits += std::uint64_t{counts[i]} * words[i].length;
  return bits;
}

/// No word begins another one, none is all ones, and exactly the symbols that occur have one.
void check_words(const HuffmanCode& code, const Counts& counts) {
  const auto words = code_words(code);
  double room = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    ASSERT_EQ(words[i].length > 0, counts[i] > 0) << i;
    if (words[i].length == 0) continue;
    ASSERT_LE(words[i].length, HuffmanCode::kLengthMax);
    ASSERT_LT(words[i].bits, (1U << words[i].length) - 1);
    room += std::exp2(-words[i].length);
    for (std::size_t k = 0; k < i; ++k) {
      if (words[k].length == 0) continue;
      const int shorter = std::min(words[i].length, words[k].length);
      ASSERT_NE(words[i].bits >> (words[i].length - shorter),
                words[k].bits >> (words[k].length - shorter));
    }
  }
  EXPECT_LT(room, 1);
}

TEST(HuffmanCode, IsTheBestWhereLengthsAllow) {
  std::mt19937 generator(1);
  for (const int symbols : {1, 2, 3, 7, 30, 160, 256})
    for (int round = 0; round < 20; ++round) {
      SCOPED_TRACE(symbols);
      Counts counts = {};
      std::geometric_distribution<std::uint32_t> count(round % 2 == 0 ? 0.01 : 0.3);
      for (int i = 0; i < symbols; ++i)
        counts[static_cast<std::size_t>(i * 37 % 256)] = 1 + count(generator);
      const HuffmanCode code = huffman_code(counts);
      EXPECT_EQ(code.size, symbols);
      check_words(code, counts);
      EXPECT_EQ(bits_with(code, counts), least_bits(counts));
    }
}

TEST(HuffmanCode, HoldsTheLongestLength) {
  // The counts of Fibonacci make the deepest tree.
  Counts counts = {};
  std::uint32_t a = 1;
  std::uint32_t b = 1;
  for (std::size_t i = 0; i < 40; ++i) {
    counts[i] = a;
    const std::uint32_t sum = a + b;
    a = b;
    b = sum;
  }
  const HuffmanCode code = huffman_code(counts);
  check_words(code, counts);
  EXPECT_EQ(code.size, 40);
  // K.3 is not the best, but near: within a hundredth.
  EXPECT_LT(bits_with(code, counts), least_bits(counts) * 101 / 100);
}

TEST(HuffmanCode, GivesFrequentSymbolsTheShortestWords) {
  Counts counts = {};
  counts[5] = 1000;
  counts[9] = 10;
  counts[200] = 1;
  const auto words = code_words(huffman_code(counts));
  EXPECT_EQ(words[5].length, 1);
  EXPECT_EQ(words[5].bits, 0);
  EXPECT_EQ(words[9].length, 2);
  EXPECT_EQ(words[9].bits, 0b10);
  EXPECT_EQ(words[200].length, 3);
  EXPECT_EQ(words[200].bits, 0b110);
}

}  // namespace
}  // namespace tintype::image
