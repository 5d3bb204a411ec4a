#include "image/codec/bit_writer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tintype::image {
namespace {

using Pieces = std::vector<std::pair<std::uint32_t, int>>;

std::string written(const Pieces& pieces) {
  std::string file(pieces.size() * 8 + 16, '\0');
  BitWriter writer(file.data());
  for (const auto& [bits, count] : pieces) writer.put(bits, count);
  file.resize(static_cast<std::size_t>(writer.finish() - file.data()));
  return file;
}

/// Bit by bit.
std::string expected(const Pieces& pieces) {
  std::vector<bool> bits;
  for (const auto& [value, count] : pieces)
    for (int i = count - 1; i >= 0; --i) bits.push_back((value >> i & 1) != 0);
  while (bits.size() % 8 != 0) bits.push_back(true);
  std::string file;
  for (std::size_t i = 0; i < bits.size(); i += 8) {
    unsigned byte = 0;
    for (std::size_t k = 0; k < 8; ++k) byte = byte << 1 | (bits[i + k] ? 1 : 0);
    file += static_cast<char>(byte);
    if (byte == 0xFF) file += '\0';
  }
  return file;
}

TEST(BitWriter, WritesWhatT81Says) {
  const struct {
    const char* name;
    Pieces pieces;
  } cases[] = {
      {"nothing", {}},
      {"one bit", {{0, 1}}},
      {"the rest is ones, and stuffed", {{1, 1}}},
      {"a byte", {{0xA5, 8}}},
      {"eight bytes", {{0x12345678, 30}, {0x2BCDEF0, 30}, {0x3, 4}}},
      {"a bit more", {{0x12345678, 30}, {0x2BCDEF0, 30}, {0x3, 4}, {0, 1}}},
      {"all ones", Pieces(20, {0x7FFFFFFF, 31})},
      {"one byte of ones in eight", {{0x00FF00, 24}, {0, 24}, {0, 16}, {1, 8}}},
      {"0xFE before 0xFF", {{0xFEFF, 16}, {0, 24}, {0, 24}, {7, 3}}},
      {"no bits at all", {{0, 0}, {1, 1}, {0, 0}}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(written(c.pieces), expected(c.pieces));
  }
}

TEST(BitWriter, WritesAnything) {
  std::mt19937 generator(1);
  for (int round = 0; round < 300; ++round) {
    Pieces pieces;
    const bool mostly_ones = round % 3 == 0;
    for (auto i = generator() % 200; i > 0; --i) {
      const int count = static_cast<int>(generator() % 32);
      auto bits = static_cast<std::uint32_t>(generator());
      if (mostly_ones) bits |= static_cast<std::uint32_t>(generator() | generator());
      pieces.emplace_back(bits & ((1U << count) - 1), count);
    }
    ASSERT_EQ(written(pieces), expected(pieces));
  }
}

}  // namespace
}  // namespace tintype::image
