#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tintype {

/// Text that must not be logged: a key, a password, a token. It has no to_string and no comparison
/// (use crypto::equal_in_constant_time); `reveal` marks each place that needs the text itself.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace tintype
