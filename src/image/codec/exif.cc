#include "image/codec/exif.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tintype::image {
namespace {

constexpr int kUpright = 1;
constexpr int kOrientationMax = 8;
constexpr std::uint32_t kEntriesMax = 64;  // Cameras write about ten.
constexpr std::size_t kEntrySize = 12;     // Tag, type, count, value: 2, 2, 4, 4 bytes.
constexpr std::uint32_t kTagOrientation = 0x0112;
constexpr std::uint32_t kTypeShort = 3;

/// Numbers of a TIFF file (TIFF 6.0, section 2). Beyond its end there are zeros.
class Reader {
 public:
  Reader(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  std::uint32_t read(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value =
          value << 8 | static_cast<unsigned char>(bytes_[at + (big_endian_ ? i : size - 1 - i)]);
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

}  // namespace

int exif_orientation(std::string_view tiff) {
  const bool big_endian = tiff.starts_with("MM");
  if (!big_endian && !tiff.starts_with("II")) return kUpright;
  const Reader reader(tiff, big_endian);
  constexpr std::uint32_t kTiffMagic = 42;
  if (reader.read(2, 2) != kTiffMagic) return kUpright;

  const std::size_t directory = reader.read(4, 4);
  const std::uint32_t count = std::min(reader.read(directory, 2), kEntriesMax);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t entry = directory + 2 + i * kEntrySize;
    if (reader.read(entry, 2) != kTagOrientation) continue;
    const bool is_one_short =
        reader.read(entry + 2, 2) == kTypeShort && reader.read(entry + 4, 4) == 1;
    const auto value = static_cast<int>(reader.read(entry + 8, 2));
    return is_one_short && value >= 1 && value <= kOrientationMax ? value : kUpright;
  }
  return kUpright;
}

}  // namespace tintype::image
