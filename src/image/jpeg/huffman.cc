#include "image/jpeg/huffman.h"

#include <algorithm>

namespace tintype::image::jpeg {
namespace {

constexpr int kLengthMax = 16;
constexpr int kRunOfZeros = 15;
constexpr int kCoefficients = 64;

constexpr int run_of(std::uint8_t symbol) { return symbol >> 4; }
constexpr int size_of(std::uint8_t symbol) { return symbol & 15; }

}  // namespace

Status HuffmanTable::build(const HuffmanCode& code, Role role) {
  // Frames of Motion JPEG leave out the tables of annex K; others know them.
  if (!code.defined) return fail(ErrorCode::unsupported, "JPEG: a Huffman table is missing");
  role_ = role;
  symbols_ = code.symbols;
  entries_.fill({});
  std::uint32_t next = 0;
  int index = 0;
  for (int length = 1; length <= kLengthMax; ++length) {
    const auto count = static_cast<std::uint32_t>(code.counts[static_cast<std::size_t>(length)]);
    const auto at = static_cast<std::size_t>(length);
    offsets_[at] = index - static_cast<int>(next);
    if (count > 0 && length <= kLookBits) {
      for (std::uint32_t i = 0; i < count; ++i) {
        const int rest = kLookBits - length;
        const auto begin = static_cast<std::size_t>(next + i) << rest;
        if (begin + (1U << rest) > entries_.size()) break;  // No prefix code, as is seen below.
        const Entry entry = entry_of(symbols_[static_cast<std::size_t>(index) + i], length);
        std::fill_n(entries_.begin() + static_cast<std::ptrdiff_t>(begin), 1U << rest, entry);
      }
    }
    next += count;
    index += static_cast<int>(count);
    // All ones is no code: T.81, C.2, note.
    if (count > 0 && next >= (1U << length))
      return fail(ErrorCode::damaged_input, "JPEG: a Huffman table is no prefix code");
    limits_[at] = next << (kLengthMax - length);
    next <<= 1;
  }
  limits_[kLengthMax + 1] = ~0U;
  if (role == Role::dc &&
      std::any_of(symbols_.begin(), symbols_.begin() + index, [](auto s) { return s > 15; }))
    return fail(ErrorCode::damaged_input, "JPEG: a difference has more than 15 bits");
  if (role != Role::dc) build_skips();
  return {};
}

HuffmanTable::Entry HuffmanTable::entry_of(std::uint8_t symbol, int code_length) const {
  const int size = size_of(symbol);
  const int run = role_ == Role::dc ? 0 : run_of(symbol);
  const bool ends = role_ != Role::dc && size == 0 && run != kRunOfZeros;
  const int value = role_ == Role::progressive && ends ? -run : 0;
  return Entry(code_length + size, size, ends ? kEndOfBlock : run + 1, value);
}

void HuffmanTable::build_skips() {
  constexpr std::size_t kMask = (1U << kSkipBits) - 1;
  for (std::size_t bits = 0; bits < skips_.size(); ++bits) {
    int length = 0;
    int passed = 0;
    bool ends = false;
    // What is not known yet reads as zeros; a symbol counts only if all of it is known.
    while (length < kSkipBits && !ends) {
      const std::size_t rest = (bits << length) & kMask;
      const Entry entry = entries_[rest >> (kSkipBits - kLookBits)];
      const int code_length = entry.length() - entry.size();
      if (entry.length() == 0 || length + code_length > kSkipBits) break;
      if (length > 0 ? length + entry.length() > kSkipBits : entry.length() > kSkippedBitsMax)
        break;
      if (entry.advance() == kEndOfBlock && entry.value() != 0) break;  // More bits follow.
      const bool is_end = entry.advance() == kEndOfBlock;
      if (passed + (is_end ? 1 : entry.advance()) >= kCoefficients) break;
      ends = is_end;
      length += entry.length();
      if (!ends) passed += entry.advance();
    }
    skips_[bits] = length == 0 ? Skip() : Skip(length, passed, ends);
  }
}

HuffmanTable::Entry HuffmanTable::long_entry(std::uint32_t bits) const {
  std::size_t length = 1;
  while (bits >= limits_[length]) ++length;
  if (length > kLengthMax) return {};
  const int code_length = static_cast<int>(length);
  const auto code = static_cast<int>(bits >> (kLengthMax - code_length));
  const int index = code + offsets_[length];
  return entry_of(symbols_[static_cast<std::size_t>(index)], code_length);
}

}  // namespace tintype::image::jpeg
