#include "image/jpeg/plain_data.h"

#include <gtest/gtest.h>

#include <vector>

#include "image/jpeg/test_jpegs.h"

namespace tintype::image::jpeg {
namespace {

using Content = std::vector<std::uint8_t>;

Content content_of(const PlainData& plain) { return {plain.data(), plain.data() + plain.size()}; }

TEST(PlainData, MovesOverWhatIsLeftWithoutStuffing) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    test::Random random(seed);
    Content plain;
    Content stuffed;
    for (int i = 0; i < 700; ++i) {
      // From runs of 0xFF to none in the length of a vector.
      const bool ff = random.below(1 + static_cast<int>(seed)) == 0;
      plain.push_back(ff ? 0xff : static_cast<std::uint8_t>(random.below(255)));
      stuffed.push_back(plain.back());
      if (ff) stuffed.push_back(0);
    }
    PlainData window(100);
    window.start(stuffed.data(), stuffed.data() + stuffed.size());
    std::size_t at = 0;
    while (true) {
      const Content seen = content_of(window);
      ASSERT_LE(at + seen.size(), plain.size());
      for (std::size_t i = 0; i < seen.size(); ++i)
        ASSERT_EQ(seen[i], plain[at + i]) << seed << ", " << at + i;
      for (std::size_t i = 0; i < PlainData::kMcuBytesMax; ++i)
        ASSERT_EQ(window.data()[seen.size() + i], 0);
      if (window.complete()) break;
      ASSERT_GE(seen.size(), 100U);
      const auto forgotten = static_cast<std::size_t>(1 + random.below(100));
      window.advance(forgotten);
      at += forgotten;
    }
    EXPECT_EQ(at + window.size(), plain.size());
    EXPECT_EQ(window.source(), stuffed.data() + stuffed.size());
  }
}

TEST(PlainData, EndsBeforeAMarker) {
  const struct {
    const char* name;
    Content content;
    Content plain;
    std::size_t source;
  } cases[] = {
      {"nothing", {}, {}, 0},
      {"no marker", {1, 2, 3}, {1, 2, 3}, 3},
      {"a marker", {1, 2, 0xff, 0xd9, 3}, {1, 2}, 2},
      {"a marker at once", {0xff, 0xd0, 1, 2}, {}, 0},
      {"stuffing before it", {7, 0xff, 0, 0xff, 0xd9}, {7, 0xff}, 3},
      {"fill bytes before it", {7, 0xff, 0xff, 0xff, 0xd0, 1}, {7}, 3},
      {"fill bytes before stuffing", {7, 0xff, 0xff, 0, 1}, {7, 0xff, 1}, 5},
      {"half a marker", {7, 0xff}, {7}, 1},
      {"fill bytes only", {7, 0xff, 0xff}, {7}, 2},
  };
  for (const auto& c : cases)
    // At every place in a vector, and behind several.
    for (std::size_t before = 0; before < 100; ++before) {
      SCOPED_TRACE(c.name);
      Content content(before, 5);
      content.insert(content.end(), c.content.begin(), c.content.end());
      Content plain(before, 5);
      plain.insert(plain.end(), c.plain.begin(), c.plain.end());
      PlainData window(1000);
      window.start(content.data(), content.data() + content.size());
      EXPECT_TRUE(window.complete());
      EXPECT_EQ(content_of(window), plain);
      EXPECT_EQ(window.bits(), static_cast<std::int64_t>(plain.size()) * 8);
      EXPECT_EQ(window.source(), content.data() + before + c.source);
    }
}

}  // namespace
}  // namespace tintype::image::jpeg
