#include "image/codec/huffman_code.h"

#include <algorithm>
#include <cstddef>

#include "base/assert.h"

namespace tintype::image {
namespace {

constexpr int kLeavesMax = 257;  // All symbols, and one that keeps the code of all ones unused.

/// The rarest first.
struct Leaves {
  std::size_t count = 0;
  std::array<std::uint16_t, kLeavesMax> symbols;
  std::array<std::uint32_t, kLeavesMax> counts;
};

Leaves sort_leaves(std::span<const std::uint32_t, 256> counts) {
  Leaves leaves;
  std::array<std::uint64_t, 256> order;
  std::size_t used = 0;
  for (std::uint64_t symbol = 0; symbol < counts.size(); ++symbol)
    if (counts[symbol] != 0) order[used++] = std::uint64_t{counts[symbol]} << 8 | symbol;
  ASSERT(used > 0);
  std::sort(order.begin(), order.begin() + used);
  leaves.counts[0] = 0;  // The one that nobody uses: no code is longer.
  for (std::size_t i = 0; i < used; ++i) {
    leaves.symbols[i + 1] = order[i] & 0xFF;
    leaves.counts[i + 1] = static_cast<std::uint32_t>(order[i] >> 8);
  }
  leaves.count = used + 1;
  return leaves;
}

/// How many leaves of the Huffman tree are at each depth. Its inner nodes are made in the order of
/// their counts, so the two rarest are always at the front of the leaves or of the nodes.
std::array<int, kLeavesMax> count_depths(const Leaves& leaves) {
  std::array<std::uint64_t, kLeavesMax> sums;
  std::array<std::size_t, 2 * kLeavesMax> parents;  // Of leaves, then of nodes.
  std::size_t leaf = 0;
  std::size_t node = 0;
  const std::size_t nodes = leaves.count - 1;
  for (std::size_t made = 0; made < nodes; ++made) {
    std::uint64_t sum = 0;
    for (int i = 0; i < 2; ++i) {
      const bool is_leaf =
          leaf < leaves.count && (node == made || leaves.counts[leaf] <= sums[node]);
      sum += is_leaf ? leaves.counts[leaf] : sums[node];
      parents[is_leaf ? leaf++ : leaves.count + node++] = made;
    }
    sums[made] = sum;
  }
  std::array<std::size_t, kLeavesMax> depths;  // Of nodes; the last one is the root.
  depths[nodes - 1] = 0;
  for (std::size_t i = nodes - 1; i-- > 0;) depths[i] = depths[parents[leaves.count + i]] + 1;
  std::array<int, kLeavesMax> found = {};
  for (std::size_t i = 0; i < leaves.count; ++i) ++found[depths[parents[i]] + 1];
  return found;
}

/// T.81, figure K.3: two of the deepest leaves make room by one, and a higher one becomes two.
void limit_depths(std::array<int, kLeavesMax>& depths) {
  for (std::size_t depth = kLeavesMax - 1; depth > HuffmanCode::kLengthMax; --depth)
    while (depths[depth] > 0) {
      std::size_t higher = depth - 2;
      while (depths[higher] == 0) --higher;
      depths[depth] -= 2;
      ++depths[depth - 1];
      depths[higher + 1] += 2;
      --depths[higher];
    }
}

}  // namespace

HuffmanCode huffman_code(std::span<const std::uint32_t, 256> counts) {
  const Leaves leaves = sort_leaves(counts);
  std::array<int, kLeavesMax> depths = count_depths(leaves);
  limit_depths(depths);
  std::size_t longest = HuffmanCode::kLengthMax;
  while (depths[longest] == 0) --longest;
  --depths[longest];  // The last code of all would be the one of all ones.
  HuffmanCode code;
  for (std::size_t length = 1; length < code.counts.size(); ++length)
    code.counts[length] = static_cast<std::uint8_t>(depths[length]);
  code.size = static_cast<int>(leaves.count) - 1;
  for (std::size_t i = 0; i + 1 < leaves.count; ++i)
    code.symbols[i] = static_cast<std::uint8_t>(leaves.symbols[leaves.count - 1 - i]);
  return code;
}

std::array<CodeWord, 256> code_words(const HuffmanCode& code) {
  std::array<CodeWord, 256> words = {};
  unsigned next = 0;
  const std::uint8_t* symbol = code.symbols.data();
  for (std::size_t length = 1; length < code.counts.size(); ++length, next <<= 1)
    for (int i = 0; i < code.counts[length]; ++i)
      words[*symbol++] = {.bits = static_cast<std::uint16_t>(next++),
                          .length = static_cast<std::uint8_t>(length)};
  return words;
}

}  // namespace tintype::image
