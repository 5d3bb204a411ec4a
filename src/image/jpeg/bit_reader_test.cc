#include "image/jpeg/bit_reader.h"

#include <gtest/gtest.h>

#include <vector>

#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

using Content = std::vector<std::uint8_t>;

/// Bytes of which every fourth is 0xFF, and as they stand in a file: T.81, F.1.2.3.
struct Stuffed {
  Content plain;
  Content stuffed;

  explicit Stuffed(std::size_t size, std::uint32_t seed) {
    test::Random random(seed);
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t bits = random.next() >> 8;
      plain.push_back(bits % 4 == 0 ? 0xff : static_cast<std::uint8_t>(bits >> 4));
      stuffed.push_back(plain.back());
      if (plain.back() == 0xff) stuffed.push_back(0);
    }
  }
  std::uint32_t bits(std::size_t at, int count) const {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i, ++at) value = value << 1 | (plain[at / 8] >> (7 - at % 8) & 1U);
    return value;
  }
};

BitReader reader_of(const Content& content) {
  return {content.data(), content.data() + content.size()};
}

TEST(BitReader, TakesStuffingOutAtEveryAlignment) {
  for (std::uint32_t seed = 0; seed < 64; ++seed) {
    const Stuffed content(97, seed);
    test::Random random(seed + 1000);
    BitReader reader = reader_of(content.stuffed);
    std::size_t at = 0;
    while (true) {
      const int count = 1 + random.below(31);
      if (at + static_cast<std::size_t>(count) > content.plain.size() * 8) break;
      reader.fill_for_symbol();
      ASSERT_EQ(reader.take(count), content.bits(at, count)) << seed << ", bit " << at;
      at += static_cast<std::size_t>(count);
    }
    EXPECT_FALSE(reader.overrun());
  }
}

TEST(BitReader, SkipsAnyNumberOfBits) {
  const Stuffed content(97, 5);
  for (int count = 0; count < 97 * 8 - 8; ++count) {
    BitReader reader = reader_of(content.stuffed);
    reader.skip(count);
    reader.fill_for_symbol();
    ASSERT_EQ(reader.take(8), content.bits(static_cast<std::size_t>(count), 8)) << count;
  }
}

TEST(BitReader, KnowsTheLastBitFromTheFirstThatIsNotThere) {
  const struct {
    const char* name;
    Content content;
    int bits;
  } cases[] = {
      {"nothing", {}, 0},
      {"a byte", {0x12}, 8},
      {"seven bytes", {1, 2, 3, 4, 5, 6, 7}, 56},
      {"eight bytes", {1, 2, 3, 4, 5, 6, 7, 8}, 64},
      {"nine bytes and a marker", {1, 2, 3, 4, 5, 6, 7, 8, 9, 0xff, 0xd9, 1, 2, 3}, 72},
      {"stuffing at the end", {1, 0xff, 0}, 16},
      {"a marker at once", {0xff, 0xd0, 1, 2, 3, 4, 5, 6, 7, 8}, 0},
      {"a marker behind fill bytes", {7, 0xff, 0xff, 0xff, 0xd0, 1, 2, 3, 4, 5}, 8},
      {"stuffing behind fill bytes", {7, 0xff, 0xff, 0, 1, 2, 3, 4, 5}, 56},
      {"half a marker", {7, 0xff}, 8},
      {"fill bytes only", {7, 0xff, 0xff, 0xff}, 8},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (int step = 1; step <= 31; ++step) {
      BitReader reader = reader_of(c.content);
      for (int left = c.bits; left > 0; left -= std::min(step, left)) {
        reader.fill_for_symbol();
        reader.take(std::min(step, left));
      }
      EXPECT_FALSE(reader.overrun());
      reader.fill_for_symbol();
      EXPECT_FALSE(reader.overrun());
      EXPECT_EQ(reader.take(1), 0U);
      EXPECT_TRUE(reader.overrun());
      reader.skip(1000);
      EXPECT_TRUE(reader.overrun());
    }
  }
}

TEST(BitReader, SeeksMarkers) {
  const struct {
    const char* name;
    Content content;
    std::size_t place;
  } cases[] = {
      {"at once", {0xff, 0xd9}, 0},
      {"behind data", {1, 2, 3, 0xff, 0xd9}, 3},
      {"behind stuffing", {1, 0xff, 0, 0xff, 0, 0xff, 0xd0, 5}, 5},
      {"the last of its fill bytes", {1, 0xff, 0xff, 0xff, 0xd0}, 3},
      {"none", {1, 2, 0xff, 0, 3}, 5},
      {"half of one", {1, 2, 0xff}, 3},
      {"nothing at all", {}, 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    BitReader reader = reader_of(c.content);
    reader.seek_marker();
    EXPECT_EQ(static_cast<std::size_t>(reader.position() - c.content.data()), c.place);
    EXPECT_EQ(reader.at_end(), c.place == c.content.size());
  }
}

TEST(BitReader, StartsAfreshBehindAMarker) {
  const Content content = {0xa5, 0x5a, 0xff, 0xd0, 0x3c, 0xff, 0xd9};
  BitReader reader = reader_of(content);
  reader.skip(40);
  EXPECT_TRUE(reader.overrun());

  reader.seek_marker();
  reader.pass_marker();
  reader.fill();

  EXPECT_FALSE(reader.overrun());
  EXPECT_EQ(reader.take(8), 0x3cU);
  EXPECT_FALSE(reader.overrun());
}

}  // namespace
}  // namespace tintype::image::jpeg
