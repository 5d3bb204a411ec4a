#include "bucket/naming.h"

#include <algorithm>
#include <vector>

#include "base/assert.h"
#include "base/text.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kPlainNameSizeMax = 64;
constexpr std::size_t kExtensionSizeMax = 8;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_extension(std::string_view text) {
  return !text.empty() && text.size() <= kExtensionSizeMax &&
         std::ranges::all_of(text, is_letter_or_digit);
}

bool is_asset_hash(std::string_view text) {
  return text.size() == kAssetHashSize && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// "name.extension" in its two parts; neither has a dot.
struct FileName {
  std::string_view name;
  std::string_view extension;
};
std::optional<FileName> parse_file_name(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 2 || !is_extension(parts[1])) return std::nullopt;
  return FileName{.name = parts[0], .extension = parts[1]};
}

/// Our own keys are short by construction: every part has its limit.
Key make_key(const std::string& text) {
  auto key = Key::parse(text);
  ASSERT(key.has_value());
  return *std::move(key);
}

}  // namespace

Result<Owner> Owner::parse(std::string_view sub) {
  if (sub.empty()) return fail(ErrorCode::invalid_argument, "owner: empty");
  if (sub.size() > kSizeMax) return fail(ErrorCode::invalid_argument, "owner: over 128 bytes");
  if (!is_utf8(sub)) return fail(ErrorCode::invalid_argument, "owner: not UTF-8");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(sub, is_control))
    return fail(ErrorCode::invalid_argument, "owner: has a control character");
  return Owner(std::string(sub));
}

std::string Owner::segment() const {
  // Dots are unreserved, but "." and ".." as a whole segment would be resolved away by clients.
  if (sub_ == ".") return "%2E";
  if (sub_ == "..") return "%2E%2E";
  return percent_encode(sub_);
}

Result<Owner> Owner::from_segment(std::string_view segment) {
  TRY_LET(const std::string sub, percent_decode(segment));
  TRY_LET(Owner owner, parse(sub));
  // One owner has one segment: "%61" for "a" would be a second door to the same pictures.
  if (owner.segment() != segment)
    return fail(ErrorCode::invalid_argument, "owner: not as segment() writes it");
  return owner;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kPlainNameSizeMax && is_letter_or_digit(name.front()) &&
         std::ranges::all_of(name,
                             [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; });
}

Key upload_key(std::string_view collection, const Owner& owner, std::string_view upload_id,
               std::string_view extension) {
  ASSERT(is_plain_name(collection));
  ASSERT(is_plain_name(upload_id));
  ASSERT(is_extension(extension));
  return make_key(std::string(collection) + '/' + owner.segment() + '/' + std::string(upload_id) +
                  '.' + std::string(extension));
}

std::optional<UploadPlace> parse_upload_key(const Key& key) {
  const auto parts = split(key.str(), '/');
  if (parts.size() != 3 || !is_plain_name(parts[0])) return std::nullopt;
  auto owner = Owner::from_segment(parts[1]);
  const auto file = parse_file_name(parts[2]);
  if (!owner || !file || !is_plain_name(file->name)) return std::nullopt;
  return UploadPlace{.collection = std::string(parts[0]),
                     .owner = *std::move(owner),
                     .upload_id = std::string(file->name)};
}

Key asset_key(std::string_view collection, const Owner& owner, std::string_view variant,
              std::string_view hash, std::string_view extension) {
  ASSERT(is_plain_name(collection));
  ASSERT(is_plain_name(variant));
  ASSERT(is_asset_hash(hash));
  ASSERT(is_extension(extension));
  return make_key(std::string(collection) + '/' + owner.segment() + '/' + std::string(variant) +
                  '/' + std::string(hash) + '.' + std::string(extension));
}

std::optional<AssetPlace> parse_asset_key(const Key& key) {
  const auto parts = split(key.str(), '/');
  if (parts.size() != 4 || !is_plain_name(parts[0]) || !is_plain_name(parts[2]))
    return std::nullopt;
  auto owner = Owner::from_segment(parts[1]);
  const auto file = parse_file_name(parts[3]);
  if (!owner || !file || !is_asset_hash(file->name)) return std::nullopt;
  return AssetPlace{.collection = std::string(parts[0]),
                    .owner = *std::move(owner),
                    .variant = std::string(parts[2]),
                    .hash = std::string(file->name),
                    .extension = std::string(file->extension)};
}

std::string asset_path(const Key& key) { return '/' + percent_encode(key.str(), Slash::keep); }

}  // namespace tintype::bucket
