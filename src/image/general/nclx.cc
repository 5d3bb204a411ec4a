#include "image/general/nclx.h"

#include <string_view>

namespace tintype::image {
namespace {

std::uint64_t read_number(std::string_view text) {
  std::uint64_t value = 0;
  for (const char c : text) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

struct Box {
  std::string_view type;
  std::string_view content;
};

/// Takes the first box off `text`: size (4 bytes; 1: 8 more bytes have it; 0: up to the end), type,
/// content. Nothing if it is not whole.
std::optional<Box> take_box(std::string_view& text) {
  constexpr std::size_t kHeaderSize = 8;
  constexpr std::size_t kLargeHeaderSize = 16;
  if (text.size() < kHeaderSize) return std::nullopt;
  std::uint64_t size = read_number(text.substr(0, 4));
  std::size_t header_size = kHeaderSize;
  if (size == 1) {
    if (text.size() < kLargeHeaderSize) return std::nullopt;
    size = read_number(text.substr(8, 8));
    header_size = kLargeHeaderSize;
  } else if (size == 0) {
    size = text.size();
  }
  if (size < header_size || size > text.size()) return std::nullopt;
  const Box box = {text.substr(4, 4), text.substr(header_size, size - header_size)};
  text.remove_prefix(size);
  return box;
}

/// The content of the first box of `type` in `text`.
std::optional<std::string_view> find_box(std::string_view text, std::string_view type) {
  while (const auto box = take_box(text))
    if (box->type == type) return box->content;
  return std::nullopt;
}

}  // namespace

std::optional<Nclx> find_nclx(Bytes file) {
  constexpr std::size_t kFullBoxHeaderSize = 4;  // Version and flags, which `meta` has.
  const auto meta = find_box(as_text(file), "meta");
  if (!meta || meta->size() < kFullBoxHeaderSize) return std::nullopt;
  const auto properties = find_box(meta->substr(kFullBoxHeaderSize), "iprp");
  if (!properties) return std::nullopt;
  auto container = find_box(*properties, "ipco");
  if (!container) return std::nullopt;

  // colr: "nclx", primaries, transfer, matrix (2 bytes each), range.
  constexpr std::size_t kNclxSize = 11;
  while (const auto box = take_box(*container)) {
    if (box->type != "colr" || box->content.size() < kNclxSize) continue;
    if (!box->content.starts_with("nclx")) continue;
    return Nclx{static_cast<std::uint16_t>(read_number(box->content.substr(4, 2))),
                static_cast<std::uint16_t>(read_number(box->content.substr(6, 2)))};
  }
  return std::nullopt;
}

}  // namespace tintype::image
