#include "image/jpeg/huffman.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "image/jpeg/test_codes.h"
#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

using test::code_of;
using test::Published;

/// "1010" and zeros.
std::array<std::uint8_t, 16> bytes_of(std::string_view bits) {
  std::array<std::uint8_t, 16> bytes = {};
  for (std::size_t i = 0; i < bits.size(); ++i)
    if (bits[i] == '1')
      bytes[i / 8 * 2] = static_cast<std::uint8_t>(bytes[i / 8 * 2] | 0x80 >> i % 8);
  // Stuffing: every second byte is a zero, and kept only behind 0xFF.
  std::array<std::uint8_t, 16> stuffed = {};
  std::size_t size = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    stuffed[size++] = bytes[i];
    if (bytes[i] == 0xff) ++size;
  }
  return stuffed;
}

TEST(HuffmanTable, ReadsThePublishedCodes) {
  const Published published;
  const struct {
    const char* name;
    const HuffmanCode& code;
    const char* bits;
    int symbol;
  } cases[] = {
      {"K.3, size 0", published.dc_luma, "00", 0},
      {"K.3, size 5", published.dc_luma, "110", 5},
      {"K.3, size 11", published.dc_luma, "111111110", 11},
      {"K.4, size 2", published.dc_chroma, "10", 2},
      {"K.4, size 11", published.dc_chroma, "11111111110", 11},
      {"K.5, end of block", published.ac_luma, "1010", 0x00},
      {"K.5, 0/1", published.ac_luma, "00", 0x01},
      {"K.5, 0/A", published.ac_luma, "1111111110000011", 0x0a},
      {"K.5, 1/1", published.ac_luma, "1100", 0x11},
      {"K.5, run of 16", published.ac_luma, "11111111001", 0xf0},
      {"K.5, F/A", published.ac_luma, "1111111111111110", 0xfa},
      {"K.6, end of block", published.ac_chroma, "00", 0x00},
      {"K.6, run of 16", published.ac_chroma, "1111111010", 0xf0},
      {"K.6, 0/3", published.ac_chroma, "1010", 0x03},
      {"K.6, F/A", published.ac_chroma, "1111111111111110", 0xfa},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    HuffmanTable table;
    ASSERT_TRUE(table.build(c.code, Role::ac).has_value());
    const int size = c.symbol & 15;
    const int run = c.symbol >> 4;
    const bool ends = size == 0 && run != 15;
    // The largest number of that size, and then a mark.
    const std::string bits = c.bits + std::string(static_cast<std::size_t>(size), '1');
    const auto bytes = bytes_of(bits + "0110011001100110");
    BitReader reader(bytes.data(), bytes.data() + bytes.size());
    reader.fill();
    const HuffmanTable::Coefficient coefficient = table.read(reader);
    EXPECT_EQ(coefficient.value, (1 << size) - 1);
    EXPECT_EQ(coefficient.advance, ends ? kEndOfBlock : run + 1);
    reader.fill();
    EXPECT_EQ(reader.peek(16), 0x6666U);
    EXPECT_FALSE(reader.broken());
  }
}

TEST(HuffmanTable, RefusesWhatIsNoPrefixCode) {
  std::vector<int> all(256);
  for (int i = 0; i < 256; ++i) all[static_cast<std::size_t>(i)] = i;
  const struct {
    const char* name;
    HuffmanCode code;
    Role role;
  } cases[] = {
      {"three codes of one bit", code_of({3}, {0, 1, 2}), Role::dc},
      {"two codes of one bit, one of them all ones", code_of({2}, {0, 1}), Role::dc},
      {"all ones at the end", code_of({1, 1, 2}, {0, 1, 2, 3}), Role::ac},
      {"too many in the middle", code_of({0, 3, 3}, {0, 1, 2, 3, 4, 5}), Role::ac},
      {"too many of eight bits", code_of({0, 0, 0, 0, 0, 0, 127, 3}, all), Role::ac},
      {"too many at once", code_of({0, 0, 0, 200}, all), Role::progressive},
      {"a difference of 16 bits", code_of({0, 2}, {1, 16}), Role::dc},
      {"a difference of 255 bits", code_of({0, 1}, {255}), Role::dc},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    HuffmanTable table;
    const auto built = table.build(c.code, c.role);
    ASSERT_FALSE(built.has_value());
    EXPECT_EQ(built.error().code, ErrorCode::damaged_input);
  }
}

TEST(HuffmanTable, SaysSoWhereThereIsNoCode) {
  const HuffmanCode codes[] = {code_of({}, {}), code_of({1}, {0}),
                               code_of({0, 1, 0, 3}, {1, 2, 3, 4}), Published().ac_luma};
  for (const HuffmanCode& code : codes) {
    HuffmanTable table;
    ASSERT_TRUE(table.build(code, Role::ac).has_value());
    const auto bytes = bytes_of("11111111111111111111");
    BitReader reader(bytes.data(), bytes.data() + bytes.size());
    reader.fill();
    table.read(reader);
    EXPECT_TRUE(reader.broken());
  }
}

// T.81, F.2.2.1, EXTEND.
TEST(HuffmanTable, ReadsNumbersOfEverySizeAndSign) {
  for (int size = 1; size <= 15; ++size) {
    HuffmanTable table;
    ASSERT_TRUE(table.build(code_of({1}, {size}), Role::ac).has_value());
    const int most = (1 << size) - 1;
    const int half = 1 << (size - 1);
    const struct {
      int bits;
      int value;
    } cases[] = {{0, -most}, {half - 1, -half}, {half, half}, {most, most}};
    for (const auto& c : cases) {
      std::string bits = "0";
      for (int bit = size - 1; bit >= 0; --bit) bits += (c.bits >> bit & 1) != 0 ? '1' : '0';
      const auto bytes = bytes_of(bits);
      BitReader reader(bytes.data(), bytes.data() + bytes.size());
      reader.fill();
      EXPECT_EQ(table.read(reader).value, c.value) << size << " bits, " << c.bits;
    }
  }
}

TEST(HuffmanTable, LeavesTheStandardOnesToOthers) {
  HuffmanTable table;
  const auto built = table.build({}, Role::ac);
  ASSERT_FALSE(built.has_value());
  EXPECT_EQ(built.error().code, ErrorCode::unsupported);
}

/// Walks over the rest of a block, one symbol at a time; returns the index behind it.
int walk(BitReader& reader, const HuffmanTable& table, int index) {
  while (index < 64) {
    reader.fill_for_symbol();
    index += table.read(reader).advance;
  }
  return index;
}

/// The same, several symbols at a time.
int skip(BitReader& reader, const HuffmanTable& table, int index) {
  while (index < 64) {
    reader.fill_for_symbol();
    const HuffmanTable::Skip skip = table.skip(reader);
    if (skip.bound() <= 64 - index) {
      EXPECT_GT(skip.length(), 0);
      reader.drop(skip.length());
      index += skip.advance();
    } else {
      index += table.read(reader).advance;
    }
  }
  return index;
}

TEST(HuffmanTable, SkipsAsOneByOne) {
  const Published published;
  const HuffmanCode small = code_of({0, 1, 2, 1, 1, 1}, {0x01, 0x00, 0x11, 0xf0, 0x35, 0x0f});
  test::Random random(3);
  for (const HuffmanCode* code : {&published.ac_luma, &published.ac_chroma, &small})
    for (const Role role : {Role::ac, Role::progressive}) {
      HuffmanTable table;
      ASSERT_TRUE(table.build(*code, role).has_value());
      for (int i = 0; i < 3000; ++i) {
        std::vector<std::uint8_t> bytes(400);
        for (std::uint8_t& byte : bytes)
          byte = static_cast<std::uint8_t>(random.next() >> 10 & 0xfe);
        BitReader one(bytes.data(), bytes.data() + bytes.size());
        BitReader other = one;
        const int index = 1 + random.below(63);
        const int end = walk(one, table, index);
        const int end_too = skip(other, table, index);
        ASSERT_EQ(end >= kEndOfBlock, end_too >= kEndOfBlock);
        if (end < kEndOfBlock) ASSERT_EQ(end, end_too);
        one.fill_for_symbol();
        other.fill_for_symbol();
        ASSERT_EQ(one.peek(32), other.peek(32));
        ASSERT_EQ(one.broken(), other.broken());
      }
    }
}

}  // namespace
}  // namespace tintype::image::jpeg
