#include "image/general/webp_container.h"

#include <cstdint>
#include <vector>

#include "base/assert.h"

namespace tintype::image {
namespace {

constexpr std::size_t kFileHeaderSize = 12;  // "RIFF", size, "WEBP".
constexpr std::size_t kChunkHeaderSize = 8;  // Type, size; both little endian, padded to even.

std::uint32_t read_size(std::string_view chunk) {
  std::uint32_t size = 0;
  for (std::size_t i = kChunkHeaderSize; i-- > 4;)
    size = size << 8 | static_cast<unsigned char>(chunk[i]);
  return size;
}

/// The chunks that are not metadata, each with its header and padding.
std::vector<std::string> picture_chunks(std::string_view file) {
  std::vector<std::string> chunks;
  for (std::size_t at = kFileHeaderSize; at < file.size();) {
    ASSERT(file.size() - at >= kChunkHeaderSize);
    const std::uint32_t size = read_size(file.substr(at));
    const std::size_t whole = kChunkHeaderSize + size + size % 2;
    ASSERT(file.size() - at >= whole);
    const std::string_view chunk = file.substr(at, whole);
    const std::string_view type = chunk.substr(0, 4);
    if (type != "EXIF" && type != "XMP " && type != "ICCP") chunks.emplace_back(chunk);
    at += whole;
  }
  return chunks;
}

}  // namespace

std::string strip_webp(std::string_view file) {
  std::vector<std::string> chunks = picture_chunks(file);
  ASSERT(!chunks.empty());
  if (chunks.front().starts_with("VP8X")) {
    if (chunks.size() == 2) {
      chunks.erase(chunks.begin());  // One bit stream is a file of its own.
    } else {
      constexpr unsigned kAlphaFlag = 0x10;
      char& flags = chunks.front()[kChunkHeaderSize];
      flags = static_cast<char>(static_cast<unsigned char>(flags) & kAlphaFlag);
    }
  }
  std::string content = "WEBP";
  for (const std::string& chunk : chunks) content += chunk;
  std::string result = "RIFF";
  for (unsigned shift = 0; shift < 32; shift += 8)
    result += static_cast<char>(content.size() >> shift & 255);
  return result + content;
}

}  // namespace tintype::image
