#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "stack/sections.h"

namespace tintype {
namespace {

constexpr std::int64_t kPixelsCeiling = 2'000'000'000;

Result<std::vector<image::Variant>> read_variants(const config::Table& table) {
  TRY_LET(const auto sections, table.tables("variant"));
  std::vector<image::Variant> variants;
  for (const config::Table& section : sections) {
    TRY_LET(image::Variant variant, image::read_variant(section));
    for (const image::Variant& other : variants)
      if (other.name == variant.name)
        return section.error("name", "another variant has this name; choose a different one");
    variants.push_back(std::move(variant));
  }
  if (variants.empty())
    return table.error("variant", fmt::format("is missing; add a [[{}.variant]]", table.name()));
  return variants;
}

Result<Stack::Collection> read_collection(const std::string& name, const config::Table& table) {
  if (!bucket::is_plain_name(name))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: write 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit",
                            table.name()));
  Stack::Collection collection;
  TRY_LET(collection.policy, upload::read_policy(name, table));
  function::Collection& images = collection.images;
  images.name = name;
  TRY_LET(images.variants, read_variants(table));
  TRY_LET(images.limits.source_pixels_max,
          table.pixels("pixels_max", {1, kPixelsCeiling}, images.limits.source_pixels_max));
  images.limits.source_bytes_max = collection.policy.size_max;
  TRY_LET(const std::string source, table.choice("source", {"delete", "keep"}, "delete"));
  images.keep_source = source == "keep";
  TRY_LET(images.replaced_kept, table.duration("replaced_kept", images.replaced_kept));
  return collection;
}

}  // namespace

Result<std::vector<Stack::Collection>> read_collections(const config::Table& root,
                                                        const std::string& source) {
  TRY_LET(const auto sections, root.named_tables("collection"));
  std::vector<Stack::Collection> collections;
  for (const auto& [name, section] : sections) {
    TRY_LET(Stack::Collection collection, read_collection(name, section));
    for (const Stack::Collection& other : collections)
      if (other.policy.route == collection.policy.route)
        return section.error("route", "another collection has this route; choose a different one");
    collections.push_back(std::move(collection));
  }
  if (collections.empty())
    return fail(ErrorCode::invalid_argument,
                source + ": no collection; add [collection.avatars] with a variant");
  return collections;
}

}  // namespace tintype
