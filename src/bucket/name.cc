#include "bucket/name.h"

#include <algorithm>

#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kBucketSizeMin = 3;
constexpr std::size_t kBucketSizeMax = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || is_digit(c); }

/// Four groups of digits: what a client might take for an address, whatever the numbers.
bool looks_like_ipv4(std::string_view text) {
  const auto groups = split(text, '.');
  return groups.size() == 4 && std::ranges::all_of(groups, [](std::string_view group) {
           return !group.empty() && std::ranges::all_of(group, is_digit);
         });
}

}  // namespace

Result<BucketName> BucketName::parse(std::string_view text) {
  const auto refuse = [](std::string_view why) {
    return fail(ErrorCode::invalid_argument, "bucket name: " + std::string(why));
  };
  if (text.size() < kBucketSizeMin || text.size() > kBucketSizeMax)
    return refuse("must have 3 to 63 characters");
  if (!std::ranges::all_of(text,
                           [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-'; }))
    return refuse("may have a-z, 0-9, '.' and '-' only");
  if (!is_letter_or_digit(text.front()) || !is_letter_or_digit(text.back()))
    return refuse("must begin and end with a letter or digit");
  if (text.find("..") != std::string_view::npos) return refuse("must not have '..'");
  if (looks_like_ipv4(text)) return refuse("must not look like an IP address");
  return BucketName(std::string(text));
}

Result<Key> Key::parse(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::invalid_argument, "key: empty");
  if (text.size() > kSizeMax) return fail(ErrorCode::too_large, "key: over 1024 bytes");
  if (!is_utf8(text)) return fail(ErrorCode::invalid_argument, "key: not UTF-8");
  if (text.find('\0') != std::string_view::npos)
    return fail(ErrorCode::invalid_argument, "key: has a NUL");
  return Key(std::string(text));
}

}  // namespace tintype::bucket
