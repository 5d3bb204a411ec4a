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
  looks_.fill({});
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
        if (begin + (1U << rest) > looks_.size()) break;  // No prefix code, as is seen below.
        const Look look = {symbols_[static_cast<std::size_t>(index) + i],
                           static_cast<std::uint8_t>(length)};
        std::fill_n(looks_.begin() + static_cast<std::ptrdiff_t>(begin), 1U << rest, look);
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
  build_entries();
  if (role != Role::dc) build_skips();
  return {};
}

HuffmanTable::Entry HuffmanTable::entry_of(std::uint8_t symbol, std::uint32_t bits,
                                           int length) const {
  const int size = size_of(symbol);
  const int run = role_ == Role::dc ? 0 : run_of(symbol);
  const bool ends = role_ != Role::dc && size == 0 && run != kRunOfZeros;
  const int at_end = role_ == Role::progressive && ends ? -run : 0;
  return Entry(size == 0 ? at_end : extend(bits, size), ends ? kEndOfBlock : run + 1, length);
}

void HuffmanTable::build_entries() {
  for (std::size_t bits = 0; bits < looks_.size(); ++bits) {
    const Look look = looks_[bits];
    const int size = size_of(look.symbol);
    const int length = look.length + size;
    if (look.length == 0 || length > kLookBits) {
      entries_[bits] = {};
      continue;
    }
    const auto value = (bits >> (kLookBits - length)) & ((1U << size) - 1);
    entries_[bits] = entry_of(look.symbol, static_cast<std::uint32_t>(value), length);
  }
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
      if (entry.length() == 0 || length + entry.length() > kSkipBits) break;
      ends = entry.advance() == kEndOfBlock;
      if (ends && entry.value() != 0) {  // More bits follow.
        ends = false;
        break;
      }
      if (passed + (ends ? 1 : entry.advance()) >= kCoefficients) {
        ends = false;
        break;
      }
      length += entry.length();
      if (!ends) passed += entry.advance();
    }
    skips_[bits] = length == 0 ? Skip() : Skip(length, passed, ends);
  }
}

HuffmanTable::LongSymbol HuffmanTable::read_long_symbol(BitReader reader) const {
  const std::uint32_t bits = reader.peek(kLengthMax);
  std::size_t length = 1;
  while (bits >= limits_[length]) ++length;
  if (length > kLengthMax) {
    reader.set_broken();
    reader.drop(kLengthMax);
    return {reader, 0};
  }
  reader.drop(static_cast<int>(length));
  const int rest = kLengthMax - static_cast<int>(length);
  const auto code = static_cast<int>(bits >> rest);
  return {reader, symbols_[static_cast<std::size_t>(code + offsets_[length])]};
}

HuffmanTable::LongEntry HuffmanTable::read_long_entry(BitReader reader) const {
  const std::uint8_t symbol = read_symbol(reader);
  const int size = size_of(symbol);
  const std::uint32_t bits = size == 0 ? 0 : reader.take(size);
  return {reader, entry_of(symbol, bits, 0)};
}

}  // namespace tintype::image::jpeg
