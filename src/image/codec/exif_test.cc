#include "image/codec/exif.h"

#include <gtest/gtest.h>

#include <string>

namespace tintype::image {
namespace {

std::string number(unsigned value, std::size_t size, bool big_endian) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t shift = 8 * (big_endian ? size - 1 - i : i);
    text += static_cast<char>(value >> shift & 255);
  }
  return text;
}

struct Entry {
  unsigned tag = 0x0112;
  unsigned type = 3;
  unsigned count = 1;
  unsigned value = 6;
};

struct Layout {
  bool big_endian = false;
  unsigned magic = 42;
  unsigned offset = 8;
  unsigned stated = 1;   ///< Entries, as the directory says.
  unsigned foreign = 0;  ///< Entries before ours.
};

std::string tiff(const Entry& entry, const Layout& layout = {}) {
  const bool big = layout.big_endian;
  std::string text = big ? "MM" : "II";
  text += number(layout.magic, 2, big) + number(layout.offset, 4, big);
  text += number(layout.stated, 2, big);
  for (unsigned i = 0; i < layout.foreign; ++i) text += number(0x010F, 2, big) + std::string(10, 0);
  text += number(entry.tag, 2, big) + number(entry.type, 2, big) + number(entry.count, 4, big);
  text += number(entry.value, 2, big) + std::string(2, 0);
  return text + number(0, 4, big);
}

TEST(ExifOrientation, IsReadFromTheFirstDirectory) {
  const struct {
    const char* name;
    std::string bytes;
    int orientation;
  } cases[] = {
      {"little endian", tiff({}), 6},
      {"big endian", tiff({}, {.big_endian = true}), 6},
      {"lowest", tiff({.value = 1}), 1},
      {"highest", tiff({.value = 8}), 8},
      {"after others", tiff({.value = 3}, {.stated = 6, .foreign = 5}), 3},
      {"the 64th entry", tiff({.value = 3}, {.stated = 64, .foreign = 63}), 3},
      {"cut behind the value", tiff({}).substr(0, 20), 6},

      {"nothing", "", 1},
      {"a byte order mark alone", "II", 1},
      {"no byte order mark", "XX" + tiff({}).substr(2), 1},
      {"mixed byte order mark", "IM" + tiff({}).substr(2), 1},
      {"another magic number", tiff({}, {.magic = 43}), 1},
      {"an offset beyond the end", tiff({}, {.offset = 1000}), 1},
      {"the largest offset", tiff({}, {.offset = 0xFFFFFFFF}), 1},
      {"an offset at the last byte", tiff({}, {.offset = 25}), 1},
      {"an offset into the header", tiff({}, {.offset = 0}), 1},
      {"no entries", tiff({}, {.stated = 0}), 1},
      {"more entries stated than there are", tiff({.tag = 1}, {.stated = 65535}), 1},
      {"the 65th entry", tiff({}, {.stated = 65, .foreign = 64}), 1},
      {"zero", tiff({.value = 0}), 1},
      {"nine", tiff({.value = 9}), 1},
      {"huge", tiff({.value = 65535}), 1},
      {"of type long", tiff({.type = 4}), 1},
      {"of type zero", tiff({.type = 0}), 1},
      {"two values", tiff({.count = 2}), 1},
      {"no value", tiff({.count = 0}), 1},
      {"cut in the value", tiff({}).substr(0, 19), 1},
      {"cut in the count", tiff({}).substr(0, 9), 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(exif_orientation(c.bytes), c.orientation);
  }
}

}  // namespace
}  // namespace tintype::image
