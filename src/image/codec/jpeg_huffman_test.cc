#include "image/codec/jpeg_huffman.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace tintype::image {
namespace {

std::set<int> dc_symbols() {
  std::set<int> symbols;
  for (int size = 0; size <= 11; ++size) symbols.insert(size);  // T.81, table F.1.
  return symbols;
}

std::set<int> ac_symbols() {
  std::set<int> symbols = {0x00, 0xF0};
  for (int run = 0; run < 16; ++run)
    for (int size = 1; size <= 10; ++size) symbols.insert(run << 4 | size);  // Table F.2.
  return symbols;
}

TEST(JpegHuffman, HasACodeForEverySymbolAndNoneOfOnesAlone) {
  const struct {
    const char* name;
    const HuffmanTable& table;
    std::set<int> symbols;
  } cases[] = {
      {"luma DC", kLumaHuffman.dc, dc_symbols()},
      {"chroma DC", kChromaHuffman.dc, dc_symbols()},
      {"luma AC", kLumaHuffman.ac, ac_symbols()},
      {"chroma AC", kChromaHuffman.ac, ac_symbols()},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto& counts = c.table.counts;
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::size_t{0}), c.table.values.size());
    EXPECT_EQ(c.table.values.size(), c.symbols.size());
    EXPECT_EQ(std::set<int>(c.table.values.begin(), c.table.values.end()), c.symbols);
    int left = 1;  // Codes of a length that are no prefix of others yet.
    for (const std::uint8_t count : counts) {
      left = left * 2 - count;
      ASSERT_GE(left, 1);  // T.81, C: the code of ones alone is reserved.
    }
  }
}

}  // namespace
}  // namespace tintype::image
