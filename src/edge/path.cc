#include "edge/path.h"

#include <vector>

#include "base/text.h"

namespace tintype::edge {
namespace {

constexpr std::size_t kAliasParts = 3;
constexpr std::size_t kAssetParts = 4;

/// A key's every byte may be encoded as three.
constexpr std::size_t kPathSizeMax = 1 + 3 * bucket::Key::kSizeMax;

/// Servers in front of us decode %2F or resolve %2E%2E as they like, so such an owner would have
/// another alias behind each of them. Their assets are served: there, '%' itself is encoded.
bool is_changed_on_its_way(const bucket::Owner& owner) {
  const std::string& sub = owner.str();
  return sub == "." || sub == ".." || sub.find_first_of("/\\") != std::string::npos;
}

std::optional<AssetPath> parse_asset(std::string_view path) {
  const auto decoded = percent_decode(path.substr(1));
  if (!decoded) return std::nullopt;
  const auto key = bucket::Key::parse(*decoded);
  if (!key || bucket::asset_path(*key) != path) return std::nullopt;
  return asset_path_of(*key);
}

std::optional<AliasPath> parse_alias(const std::vector<std::string_view>& parts) {
  // Encoded in any way: encodeURIComponent leaves some characters that segment() encodes. The alias
  // is never cached without asking, so two spellings of it do no harm.
  const auto sub = percent_decode(parts[1]);
  auto owner = sub ? bucket::Owner::parse(*sub) : std::unexpected(sub.error());
  const auto file = split(parts[2], '.');
  if (!bucket::is_plain_name(parts[0]) || !owner || is_changed_on_its_way(*owner) ||
      !bucket::is_plain_name(file[0]) || file.size() > 2)
    return std::nullopt;
  std::optional<image::Format> format;
  if (file.size() == 2) {
    format = image::format_of_extension(file[1]);
    if (!format) return std::nullopt;
  }
  return AliasPath{.collection = std::string(parts[0]),
                   .owner = *std::move(owner),
                   .variant = std::string(file[0]),
                   .format = format};
}

}  // namespace

std::optional<AssetPath> asset_path_of(const bucket::Key& key) {
  auto place = bucket::parse_asset_key(key);
  if (!place) return std::nullopt;
  const auto format = image::format_of_extension(place->extension);
  if (!format) return std::nullopt;
  return AssetPath{.key = key, .hash = std::move(place->hash), .format = *format};
}

std::optional<std::variant<AssetPath, AliasPath>> parse_path(std::string_view path) {
  if (!path.starts_with('/') || path.size() > kPathSizeMax) return std::nullopt;
  const auto parts = split(path.substr(1), '/');
  if (parts.size() == kAssetParts) return parse_asset(path);
  if (parts.size() == kAliasParts) return parse_alias(parts);
  return std::nullopt;
}

}  // namespace tintype::edge
