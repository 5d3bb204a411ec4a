#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace tintype::gateway {

/// What a person types to sign in: 1 to 64 characters of one line, at most 128 bytes, kept in one
/// form (writing/prose.h).
class SignInName {
 public:
  static constexpr std::size_t kLengthMax = 64;
  static constexpr std::size_t kSizeBytesMax = 128;

  /// `invalid_argument` with a sentence for whoever chose it.
  static Result<SignInName> parse(std::string_view text);

  const std::string& str() const { return text_; }
  /// Equal for names that are the same to a person: by it one is found.
  const std::string& key() const { return key_; }
  /// Equal for names that look alike: nobody gets one that another could be taken for.
  const std::string& skeleton() const { return skeleton_; }

 private:
  SignInName() = default;
  std::string text_;
  std::string key_;
  std::string skeleton_;
};

/// Fewer characters are no password (NIST SP 800-63B, 5.1.1.2, which also says: no rules of
/// composition).
inline constexpr std::size_t kPasswordLengthMin = 8;

/// The password as it is hashed and compared, in normal form KC, so that it is the same from every
/// keyboard (NIST SP 800-63B, 5.1.1.2). A text that is no UTF-8 stays as it is: it is nobody's.
Secret normal_password(const Secret& password);

/// Whether somebody called `name` may choose the password. `invalid_argument` with a sentence for
/// them.
Status check_new_password(const Secret& password, const SignInName& name);

}  // namespace tintype::gateway
