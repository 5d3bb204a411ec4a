#include "image/codec/symbols.h"

#include <algorithm>

#include "image/codec/bit_writer.h"

namespace tintype::image {
namespace {

/// Bits that follow a symbol's code. A size of zero that is no run of sixteen is the end of so many
/// blocks (T.81, table G.1); in sequential scans that is 0x00 alone.
int size_of(Table table, unsigned symbol) {
  if (table == Table::dc_luma || table == Table::dc_chroma) return static_cast<int>(symbol);
  const unsigned run = symbol >> 4;
  const unsigned size = symbol & 15;
  if (size != 0) return static_cast<int>(size);
  return run == 15 ? 0 : static_cast<int>(run);
}

}  // namespace

void Symbols::add_part() {
  if (!parts_.empty()) {
    sizes_.push_back(static_cast<std::size_t>(next_ - parts_.back().get()));
    full_ += sizes_.back();
  }
  parts_.push_back(std::make_unique_for_overwrite<std::uint32_t[]>(kPartSize));
  next_ = parts_.back().get();
  end_ = next_ + kPartSize;
}

bool Symbols::uses(Table table) const {
  const auto all = counts(table);
  return std::any_of(all.begin(), all.end(), [](std::uint32_t count) { return count != 0; });
}

std::array<HuffmanCode, kTables> Symbols::best_codes() const {
  std::array<HuffmanCode, kTables> codes;
  for (std::size_t i = 0; i < kTables; ++i)
    if (const auto table = static_cast<Table>(i); uses(table))
      codes[i] = huffman_code(counts(table));
  return codes;
}

std::uint64_t Symbols::bits(std::span<const HuffmanCode, kTables> codes) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kTables; ++i) {
    const auto table = static_cast<Table>(i);
    const std::uint8_t* symbol = codes[i].symbols.data();
    for (std::size_t length = 1; length <= HuffmanCode::kLengthMax; ++length)
      for (int n = 0; n < codes[i].counts[length]; ++n, ++symbol)
        sum +=
            counts(table)[*symbol] * (length + static_cast<std::uint64_t>(size_of(table, *symbol)));
  }
  for (std::size_t count = 1; count <= 16; ++count) sum += counts_[kBits + count] * count;
  return sum;
}

void Symbols::write(std::span<const HuffmanCode, kTables> codes, std::string& file) const {
  // A kind's code, with room for the bits behind it.
  struct Entry {
    std::uint32_t bits = 0;
    int length = 0;
  };
  std::array<Entry, kKinds> entries = {};
  for (std::size_t i = 0; i < kTables; ++i) {
    const auto words = code_words(codes[i]);
    for (unsigned symbol = 0; symbol < words.size(); ++symbol) {
      if (words[symbol].length == 0) continue;
      const int size = size_of(static_cast<Table>(i), symbol);
      entries[(i << 8) + symbol] = {.bits = std::uint32_t{words[symbol].bits} << size,
                                    .length = words[symbol].length + size};
    }
  }
  for (unsigned count = 1; count <= 16; ++count)
    entries[kBits + count].length = static_cast<int>(count);

  const std::size_t begin = file.size();
  const std::size_t room = begin + 2 * (bits(codes) / 8 + 1) + 16;
  file.resize_and_overwrite(room, [&](char* data, std::size_t) {
    BitWriter writer(data + begin);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const std::size_t size = i < sizes_.size() ? sizes_[i] : this->size() - full_;
      for (const std::uint32_t each : std::span(parts_[i].get(), size)) {
        const Entry& entry = entries[each >> 16];
        writer.put(entry.bits | (each & 0xFFFF), entry.length);
      }
    }
    return static_cast<std::size_t>(writer.finish() - data);
  });
}

}  // namespace tintype::image
