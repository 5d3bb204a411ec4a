#include <boost/json.hpp>

#include "base/json.h"
#include "function/manifest.h"

namespace tintype::function {
namespace {

namespace json = boost::json;

Result<std::string> text_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_string())
    return fail(ErrorCode::corrupt, "asset: no text " + std::string(name));
  return std::string(value->get_string());
}

Result<std::int64_t> number_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (value == nullptr || !value->is_int64())
    return fail(ErrorCode::corrupt, "asset: no number " + std::string(name));
  return value->get_int64();
}

Result<Asset> read_asset(const json::value& value) {
  if (!value.is_object()) return fail(ErrorCode::corrupt, "asset: no object");
  const json::object& object = value.get_object();
  Asset asset;
  TRY_LET(asset.variant, text_member(object, "variant"));
  TRY_LET(asset.type, text_member(object, "type"));
  TRY_LET(asset.key, text_member(object, "key"));
  TRY_LET(asset.width, number_member(object, "width"));
  TRY_LET(asset.height, number_member(object, "height"));
  TRY_LET(asset.size, number_member(object, "size"));
  return asset;
}

}  // namespace

std::string assets_to_json(const std::vector<Asset>& assets) {
  json::array array;
  for (const Asset& asset : assets) {
    array.push_back({{"variant", asset.variant},
                     {"type", asset.type},
                     {"key", asset.key},
                     {"width", asset.width},
                     {"height", asset.height},
                     {"size", asset.size}});
  }
  return json::serialize(array);
}

Result<std::vector<Asset>> assets_from_json(std::string_view text) {
  const auto root = parse_json_object(R"({"assets":)" + std::string(text) + "}");
  if (!root) return fail(ErrorCode::corrupt, "assets: " + root.error().message);
  const json::value& array = root->at("assets");
  if (!array.is_array()) return fail(ErrorCode::corrupt, "assets: no array");
  std::vector<Asset> assets;
  for (const json::value& value : array.get_array()) {
    TRY_LET(assets.emplace_back(), read_asset(value));
  }
  return assets;
}

}  // namespace tintype::function
