// Where things lie in the buckets: the one function of (collection, owner, upload) that slot,
// trigger, function, edge and app share. Whatever one of them writes, the others find.
//
//   uploads bucket   <collection>/<owner>/<upload id>.<extension>          the source
//   assets bucket    <collection>/<owner>/<variant>/<hash>.<extension>     an asset, immutable
//
// An owner is a `sub` of a verified token, percent-encoded, so that it is always one segment.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "bucket/name.h"

namespace tintype::bucket {

/// Whose picture: the subject of a verified token. 1 to 128 bytes of UTF-8 without control
/// characters.
class Owner {
 public:
  static constexpr std::size_t kSizeMax = 128;
  static Result<Owner> parse(std::string_view sub);
  const std::string& str() const { return sub_; }
  /// As one segment of a key: what RFC 3986 reserves is percent-encoded, and so are "." and "..".
  std::string segment() const;
  /// The reverse of segment(); `invalid_argument` for what segment() would not have made.
  static Result<Owner> from_segment(std::string_view segment);
  auto operator<=>(const Owner&) const = default;

 private:
  explicit Owner(std::string sub) : sub_(std::move(sub)) {}
  std::string sub_;
};

/// The name of a collection or a variant: 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit.
bool is_plain_name(std::string_view name);

/// `extension` without the dot, of the allowed content type: never what a client sent.
Key upload_key(std::string_view collection, const Owner& owner, std::string_view upload_id,
               std::string_view extension);
struct UploadPlace {
  std::string collection;
  Owner owner;
  std::string upload_id;
};
/// The reverse; nothing if `key` was not made by upload_key.
std::optional<UploadPlace> parse_upload_key(const Key& key);

/// `hash` is lower-case hexadecimal of the content's SHA-256, shortened to kAssetHashSize.
inline constexpr std::size_t kAssetHashSize = 32;
Key asset_key(std::string_view collection, const Owner& owner, std::string_view variant,
              std::string_view hash, std::string_view extension);
struct AssetPlace {
  std::string collection;
  Owner owner;
  std::string variant;
  std::string hash;
  std::string extension;
};
std::optional<AssetPlace> parse_asset_key(const Key& key);

/// The path of an asset on the edge: "/" and its key, each segment percent-encoded again where it
/// must be.
std::string asset_path(const Key& key);

}  // namespace tintype::bucket
