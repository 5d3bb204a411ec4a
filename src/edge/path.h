// The two kinds of URL that the edge knows, each with one spelling only: what is not written as our
// own code writes it is nobody's path. So caches in front hold no picture twice, and nothing that
// looks like a trick with paths ever names anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "bucket/naming.h"
#include "image/plan.h"

namespace tintype::edge {

/// /avatars/<owner>/512/<hash>.jpg, as bucket::asset_path writes it.
struct AssetPath {
  bucket::Key key;
  std::string hash;
  image::Format format;
};

/// /avatars/<owner>/512.jpg or /avatars/<owner>/512, where <owner> is Owner::segment().
struct AliasPath {
  std::string collection;
  bucket::Owner owner;
  std::string variant;
  std::optional<image::Format> format;  ///< Absent: by Accept.
};

/// Reads the path of a request, still encoded. Nothing if it is neither.
std::optional<std::variant<AssetPath, AliasPath>> parse_path(std::string_view path);

/// The place of an asset that we know by its key; nothing if the key is not one of an asset.
std::optional<AssetPath> asset_path_of(const bucket::Key& key);

}  // namespace tintype::edge
