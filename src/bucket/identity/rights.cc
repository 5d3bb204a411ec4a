#include "bucket/identity/rights.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::array<std::pair<Right, std::string_view>, 4> kNames = {{{Right::list, "list"},
                                                                       {Right::read, "read"},
                                                                       {Right::write, "write"},
                                                                       {Right::admin, "admin"}}};

}  // namespace

Result<Rights> parse_rights(std::string_view text) {
  Rights rights;
  if (text.empty()) return rights;
  for (const std::string_view word : split(text, ',')) {
    const auto* const found =
        std::ranges::find(kNames, word, &std::pair<Right, std::string_view>::second);
    if (found == kNames.end())
      return fail(ErrorCode::invalid_argument,
                  "'" + std::string(word) + "' is no right: read, write, list, admin");
    rights = rights | Rights{found->first};
  }
  return rights;
}

std::string to_string(Rights rights) {
  std::string text;
  for (const auto& [right, name] : kNames) {
    // Of admin alone nothing else is told.
    if (right != Right::admin && rights.has(Right::admin)) continue;
    if (!rights.has(right)) continue;
    if (!text.empty()) text += ',';
    text += name;
  }
  return text;
}

}  // namespace tintype::bucket
