#include "bucket/disk/key_order.h"

#include <cstddef>
#include <cstdint>

#include "base/text.h"

namespace tintype::bucket {

namespace {

/// The first code point that `text` ends with, and what is before it.
struct LastCharacter {
  std::string_view before;
  std::uint32_t code_point;
};
LastCharacter split_last_character(std::string_view text) {
  std::size_t start = text.size() - 1;
  while ((static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) --start;
  const auto lead = static_cast<unsigned char>(text[start]);
  std::uint32_t point = lead < 0x80   ? lead
                        : lead < 0xe0 ? lead & 0x1f
                        : lead < 0xf0 ? lead & 0x0f
                                      : lead & 0x07;
  for (std::size_t i = start + 1; i < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  return {.before = text.substr(0, start), .code_point = point};
}

std::string to_utf8(std::uint32_t point) {
  const auto tail = [point](int shift) {
    return static_cast<char>(0x80 | ((point >> shift) & 0x3f));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xc0 | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xe0 | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | point >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

// As PostgreSQL takes no other text than UTF-8, the last character is counted up and not the last
// byte; in UTF-8 the order of characters is the order of bytes.
std::optional<std::string> after_all_of(std::string_view prefix) {
  while (!prefix.empty()) {
    const auto [before, point] = split_last_character(prefix);
    if (point < 0x10ffff)
      return std::string(before) + to_utf8(point == 0xd7ff ? 0xe000 : point + 1);
    prefix = before;
  }
  return std::nullopt;
}

std::optional<std::string> common_prefix_of(std::string_view key, std::string_view prefix,
                                            std::string_view delimiter) {
  if (delimiter.empty() || !key.starts_with(prefix)) return std::nullopt;
  const auto at = key.find(delimiter, prefix.size());
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(key.substr(0, at + delimiter.size()));
}

Status check_key_text(std::string_view text) {
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos)
    return fail(ErrorCode::invalid_argument, "list: not UTF-8 without NUL");
  return {};
}

}  // namespace tintype::bucket
