#include "stack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/config.h"
#include "base/file.h"
#include "gateway/cors.h"

namespace tintype {
namespace {

constexpr std::string_view kDefaultFile = "tintype.toml";

/// What runs without a stack file: the avatars of an app.
constexpr std::string_view kBuiltIn = R"(
[stack]
name = "tintype"

[collection.avatars]

[[collection.avatars.variant]]
name = "512"
width = 512
height = 512
gravity = "smart"
formats = ["jpeg", "webp", "avif"]

[[collection.avatars.variant]]
name = "128"
width = 128
height = 128
gravity = "smart"
formats = ["jpeg", "webp", "avif"]

[[collection.avatars.variant]]
name = "48"
width = 48
height = 48
gravity = "smart"
formats = ["jpeg", "webp"]
)";

constexpr std::int64_t kPixelsCeiling = 2'000'000'000;

/// "https://cdn.example.com" without a slash at the end, or empty.
Result<std::string> read_url(const config::Table& table, std::string_view key) {
  TRY_LET(std::string url, table.text(key, ""));
  if (url.empty()) return url;
  const bool http = url.starts_with("http://") || url.starts_with("https://");
  const std::size_t host = url.find("://") + 3;
  if (!http || url.size() == host || url.find_first_of(" ?#", host) != std::string::npos)
    return table.error(key, "not a URL; write for example \"https://images.example.com\"");
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Result<PublicUrls> read_public(const config::Table& root) {
  TRY_LET(const config::Table table, root.table("public"));
  PublicUrls urls;
  TRY_LET(urls.gateway, read_url(table, "gateway"));
  TRY_LET(urls.edge, read_url(table, "edge"));
  TRY_LET(urls.s3, read_url(table, "s3"));
  return urls;
}

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

Result<bucket::BucketName> read_bucket(const config::Table& table, std::string_view key,
                                       const std::string& missing) {
  TRY_LET(const std::string text, table.text(key, missing));
  auto name = bucket::BucketName::parse(text);
  if (!name)
    return table.error(key,
                       fmt::format("'{}' is no bucket name; write 3 to 63 of a-z 0-9 . -", text));
  return name;
}

struct Buckets {
  bucket::BucketName uploads;
  bucket::BucketName assets;
};

Result<Buckets> read_buckets(const config::Table& root, const std::string& stack) {
  TRY_LET(const config::Table table, root.table("buckets"));
  TRY_LET(auto uploads, read_bucket(table, "uploads", stack + "-uploads"));
  TRY_LET(auto assets, read_bucket(table, "assets", stack + "-assets"));
  // The function's output must lie outside its trigger's scope, or each asset would be a new event.
  if (uploads == assets)
    return table.error("assets",
                       "the same bucket as uploads, so that every asset would trigger the "
                       "function again; name another one");
  return Buckets{std::move(uploads), std::move(assets)};
}

}  // namespace

Result<Stack> parse_stack(std::string_view text, std::string source) {
  TRY_LET(config::Document document, config::Document::parse(text, source));
  const config::Table root = document.root();
  TRY_LET(const config::Table table, root.table("stack"));
  TRY_LET(std::string name, table.text("name", "tintype"));
  if (!bucket::is_plain_name(name))
    return table.error("name", "write 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit");
  TRY_LET(const std::string profile, table.choice("profile", {"local"}, "local"));
  TRY_LET(auto origins, table.texts("app_origins", std::vector<std::string>{}));
  if (auto checked = gateway::Cors::make(origins); !checked)
    return table.error("app_origins", checked.error().message);
  TRY_LET(PublicUrls public_urls, read_public(root));
  TRY_LET(Buckets buckets, read_buckets(root, name));

  std::vector<Stack::Collection> collections;
  TRY_LET(const auto sections, root.named_tables("collection"));
  for (const auto& [collection_name, section] : sections) {
    TRY_LET(Stack::Collection collection, read_collection(collection_name, section));
    for (const Stack::Collection& other : collections)
      if (other.policy.route == collection.policy.route)
        return section.error("route", "another collection has this route; choose a different one");
    collections.push_back(std::move(collection));
  }
  if (collections.empty())
    return fail(ErrorCode::invalid_argument,
                source + ": no collection; add [collection.avatars] with a variant");

  TRY_LET(const config::Table edge, root.table("edge"));
  TRY_LET(const std::int64_t cache, edge.size_bytes("cache_max", {0, 1LL << 40}, 16 << 20));
  TRY(document.finish());
  return Stack{.name = std::move(name),
               .source = std::move(source),
               .app_origins = std::move(origins),
               .public_urls = std::move(public_urls),
               .uploads_bucket = std::move(buckets.uploads),
               .assets_bucket = std::move(buckets.assets),
               .collections = std::move(collections),
               .edge_cache_bytes_max = static_cast<std::size_t>(cache)};
}

Result<Stack> load_stack(const std::optional<std::filesystem::path>& path) {
  if (!path && !std::filesystem::exists(kDefaultFile)) return parse_stack(kBuiltIn, "built-in");
  const std::filesystem::path file = path.value_or(kDefaultFile);
  auto text = read_file(file, config::Document::kSizeMax);
  if (!text) return std::unexpected(std::move(text).error().within("stack file"));
  return parse_stack(*text, file.string());
}

std::string describe(const Stack& stack) {
  std::string text =
      fmt::format("stack file        {}\nstack.name        {}\n", stack.source, stack.name);
  text += fmt::format("stack.app_origins [{}]\n", fmt::join(stack.app_origins, ", "));
  text += fmt::format("buckets.uploads   {}\nbuckets.assets    {}\n", stack.uploads_bucket.str(),
                      stack.assets_bucket.str());
  text += fmt::format("edge.cache_max    {} bytes\n", stack.edge_cache_bytes_max);
  for (const auto& [policy, images] : stack.collections) {
    text += fmt::format("collection.{}\n  route       POST {}\n  types       [{}]\n", images.name,
                        policy.route, fmt::join(policy.types, ", "));
    text += fmt::format("  size_max    {} bytes\n  pixels_max  {}\n  slot_ttl    {} s\n",
                        policy.size_max, images.limits.source_pixels_max,
                        policy.slot_ttl.count() / 1000);
    text += fmt::format("  source      {}\n", images.keep_source ? "keep" : "delete");
    for (const image::Variant& variant : images.variants) {
      std::vector<std::string_view> formats;
      for (const image::Format format : variant.formats) formats.push_back(to_string(format));
      text += fmt::format("  variant     {}: {} in [{}]\n", variant.name, to_string(variant.plan),
                          fmt::join(formats, ", "));
    }
  }
  return text;
}

}  // namespace tintype
