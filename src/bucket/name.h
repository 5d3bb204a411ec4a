#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace tintype::bucket {

/// The name of a bucket: 3 to 63 of a-z 0-9 . -, beginning and ending with a letter or digit, no
/// "..", not an IPv4 address.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html Exists only if it
/// is valid, so nothing downstream checks it again.
class BucketName {
 public:
  static Result<BucketName> parse(std::string_view text);
  const std::string& str() const { return text_; }
  auto operator<=>(const BucketName&) const = default;

 private:
  explicit BucketName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The name of an object inside a bucket: 1 to 1024 bytes of UTF-8 without NUL. "..", "//" and
/// control characters are part of a name and mean nothing: a key is never a path on our disk.
/// `invalid_argument`, or `too_large` over kSizeMax.
class Key {
 public:
  static constexpr std::size_t kSizeMax = 1024;  // S3: "Object key naming".

  static Result<Key> parse(std::string_view text);
  const std::string& str() const { return text_; }
  auto operator<=>(const Key&) const = default;

 private:
  explicit Key(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace tintype::bucket
