#include "node/plugs.h"

namespace tintype {

Result<std::vector<edge::CurrentAsset>> ManifestCatalog::current(std::string_view collection,
                                                                 const bucket::Owner& owner,
                                                                 std::string_view variant) {
  std::vector<edge::CurrentAsset> current;
  const auto manifest = manifests_.find(collection, owner);
  if (!manifest && manifest.error().code == ErrorCode::not_found) return current;
  if (!manifest) return std::unexpected(manifest.error());
  for (const function::Asset& asset : manifest->assets) {
    if (asset.variant != variant) continue;
    TRY_LET(bucket::Key key, bucket::Key::parse(asset.key));
    const auto place = bucket::parse_asset_key(key);
    const auto format = place ? image::format_of_extension(place->extension) : std::nullopt;
    if (!format)
      return fail(ErrorCode::corrupt,
                  "manifest of '" + owner.str() + "': asset '" + asset.key + "'");
    current.push_back({.key = std::move(key), .format = *format});
  }
  return current;
}

}  // namespace tintype
