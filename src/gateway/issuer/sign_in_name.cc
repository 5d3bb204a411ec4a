#include "gateway/issuer/sign_in_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "crypto/password.h"
#include "writing/look_alike.h"
#include "writing/prose.h"

namespace tintype::gateway {

namespace {

constexpr writing::ProseRule kRule{
    .length_min = 1, .length_max = SignInName::kLengthMax, .lines = false};

std::size_t code_points_of(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Result<SignInName> SignInName::parse(std::string_view text) {
  SignInName name;
  TRY_LET(name.text_, writing::parse_prose(text, kRule));
  if (name.text_.size() > kSizeBytesMax)
    return fail(ErrorCode::invalid_argument,
                fmt::format("must have at most {} bytes of UTF-8", kSizeBytesMax));
  TRY_LET(name.key_, writing::fold_case(name.text_));
  TRY_LET(name.skeleton_, writing::skeleton(name.text_));
  return name;
}

Secret normal_password(const Secret& password) {
  auto normal = writing::compatible(password.reveal());
  return normal ? Secret(*std::move(normal)) : password;
}

Status check_new_password(const Secret& password, const SignInName& name) {
  const auto refused = [](std::string why) {
    return fail(ErrorCode::invalid_argument, std::move(why));
  };
  if (!is_utf8(password.reveal())) return refused("must be UTF-8");
  const Secret normal = normal_password(password);
  if (code_points_of(normal.reveal()) < kPasswordLengthMin)
    return refused(fmt::format("must have at least {} characters", kPasswordLengthMin));
  if (password.reveal().size() > crypto::kPasswordSizeMax ||
      normal.reveal().size() > crypto::kPasswordSizeMax)
    return refused(fmt::format("must have at most {} bytes", crypto::kPasswordSizeMax));
  TRY_LET(const std::string folded, writing::fold_case(normal.reveal()));
  if (folded == name.key()) return refused("must not be the name");
  return {};
}

}  // namespace tintype::gateway
