#include "image/codec/jpeg_tables.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tintype::image {
namespace {

TEST(QuantTables, GetFinerWithQualityAndStayInBaseline) {
  for (const Rounding rounding : {Rounding::plain, Rounding::trellis})
    for (int quality = 1; quality <= 100; ++quality) {
      SCOPED_TRACE(quality);
      const QuantTables tables = quant_tables(quality, rounding);
      const QuantTables finer = quant_tables(std::min(100, quality + 1), rounding);
      for (std::size_t i = 0; i < tables.luma.size(); ++i) {
        EXPECT_GE(tables.luma[i], 1);
        EXPECT_GE(tables.chroma[i], 1);
        EXPECT_LE(tables.luma[i], 255);
        EXPECT_LE(tables.chroma[i], 255);
        EXPECT_LE(finer.luma[i], tables.luma[i]);
        EXPECT_LE(finer.chroma[i], tables.chroma[i]);
      }
    }
}

TEST(QuantTables, AreCoarserForHigherFrequencies) {
  const QuantTables tables = quant_tables(80, Rounding::plain);
  for (std::size_t i = 0; i + 1 < 64; ++i) {
    if (i % 8 == 7) continue;
    EXPECT_LE(tables.luma[i], tables.luma[i + 1]);
    EXPECT_LE(tables.chroma[i], tables.chroma[i + 1]);
  }
}

TEST(QuantTables, AreAllOnesAtTheTop) {
  const QuantTables tables = quant_tables(100, Rounding::plain);
  EXPECT_EQ(*std::max_element(tables.luma.begin(), tables.luma.end()), 1);
  EXPECT_EQ(*std::max_element(tables.chroma.begin(), tables.chroma.end()), 1);
}

}  // namespace
}  // namespace tintype::image
