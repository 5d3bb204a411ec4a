#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tintype::people {

/// How a person is addressed: 3 to 30 of a-z 0-9 _, beginning with a letter or digit. Compared
/// without case, so it is kept in lower case. ASCII only: no letter of another script can pass for
/// one of these. Words that would be taken for the service's own are reserved.
class Handle {
 public:
  static constexpr std::size_t kLengthMin = 3;
  static constexpr std::size_t kLengthMax = 30;

  /// `invalid_argument` with a sentence for who chose it.
  static Result<Handle> parse(std::string_view text);
  /// One for somebody who has not chosen yet: from `hint` (a name, an e-mail address, anything or
  /// nothing); each further attempt, from 0, is less likely to be taken, those from
  /// kHintedAttempts on have nothing of the hint.
  static Handle suggest(std::string_view hint, int attempt);
  static constexpr int kHintedAttempts = 3;

  const std::string& str() const { return text_; }
  auto operator<=>(const Handle&) const = default;

 private:
  explicit Handle(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace tintype::people
