#include "edge/edge.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "base/assert.h"
#include "edge/asset_cache.h"
#include "edge/conditions.h"
#include "edge/default_avatars.h"
#include "edge/negotiation.h"
#include "edge/path.h"
#include "edge/responses.h"

namespace tintype::edge {
namespace {

constexpr const char* kForEver = "public, max-age=31536000, immutable";
constexpr const char* kRevalidate = "no-cache";

/// How often an alias looks again for an asset that was replaced between catalog and store.
constexpr int kLooksMax = 3;

const image::Variant* find_variant(const std::vector<Collection>& collections,
                                   const AliasPath& path) {
  const auto collection = std::ranges::find(collections, path.collection, &Collection::name);
  if (collection == collections.end()) return nullptr;
  const auto variant = std::ranges::find(collection->variants, path.variant, &image::Variant::name);
  return variant == collection->variants.end() ? nullptr : &*variant;
}

/// What the alias of `variant` can be now, in the order of the variant's formats. A format that the
/// variant has lost since is not offered, unless all are lost.
std::vector<image::Format> offered_formats(const image::Variant& variant,
                                           const std::vector<CurrentAsset>& current) {
  std::vector<image::Format> offered;
  for (const image::Format format : variant.formats)
    if (std::ranges::find(current, format, &CurrentAsset::format) != current.end())
      offered.push_back(format);
  if (offered.empty())
    for (const CurrentAsset& asset : current) offered.push_back(asset.format);
  return offered;
}

bool has(std::span<const image::Format> formats, image::Format format) {
  return std::ranges::find(formats, format) != formats.end();
}

/// The format that the path names, or else the client. Nothing if the path names another one.
std::optional<image::Format> format_for(const http::Request& request, const AliasPath& path,
                                        std::span<const image::Format> offered) {
  if (path.format) return has(offered, *path.format) ? path.format : std::nullopt;
  return choose_format(combined(request.headers, "Accept"), offered);
}

http::Headers alias_headers(const AliasPath& path) {
  http::Headers headers{{"Cache-Control", kRevalidate}};
  if (!path.format) headers.add("Vary", "Accept");
  return headers;
}

class Edge {
 public:
  Edge(Options options, bucket::Store& store, Catalog& catalog, worker::Pool& workers,
       BlockingPool& pool)
      : options_(std::move(options)),
        store_(store),
        catalog_(catalog),
        pool_(pool),
        default_avatars_(workers, pool),
        cache_(*options_.cache) {}

  Task<http::Response> handle(const http::Request& request) {
    http::Response response = co_await answer(request);
    add_security_headers(response.headers);
    co_return response;
  }

 private:
  using Answer = Result<http::Response>;

  Task<http::Response> answer(const http::Request& request);
  Task<Answer> asset(const http::Request& request, const AssetPath& path);
  Task<Answer> alias(const http::Request& request, const AliasPath& path);
  /// Nothing if the asset was replaced meanwhile.
  Task<Result<std::optional<http::Response>>> current_asset(const http::Request& request,
                                                            const AliasPath& path,
                                                            const CurrentAsset& current);
  Task<Answer> default_avatar(const http::Request& request, const AliasPath& path,
                              const image::Variant& variant);
  Task<Result<Asset>> read(const AssetPath& path);

  static Answer send_asset(const http::Request& request, const Asset& asset);

  const Options options_;
  bucket::Store& store_;
  Catalog& catalog_;
  BlockingPool& pool_;
  DefaultAvatars default_avatars_;
  AssetCache& cache_;
};

Task<http::Response> Edge::answer(const http::Request& request) {
  if (request.method == "OPTIONS") co_return preflight();
  if (request.method != "GET" && request.method != "HEAD") co_return method_not_allowed(request);

  Answer answer = fail(ErrorCode::not_found, "no such path");
  // Assets are kept under their paths, so what is in memory needs no parsing.
  if (const AssetPtr kept = cache_.find(request.path)) {
    answer = send_asset(request, *kept);
  } else if (const auto path = parse_path(request.path)) {
    if (const auto* asset_path = std::get_if<AssetPath>(&*path))
      answer = co_await asset(request, *asset_path);
    else
      answer = co_await alias(request, std::get<AliasPath>(*path));
  }
  co_return answer ? *std::move(answer) : failure(request, answer.error());
}

Task<Edge::Answer> Edge::asset(const http::Request& request, const AssetPath& path) {
  CO_TRY_LET(const AssetPtr found, co_await cache_.get(request.path, read(path)));
  co_return send_asset(request, *found);
}

Edge::Answer Edge::send_asset(const http::Request& request, const Asset& asset) {
  const Presentation presentation{
      .validators = {.etag = asset.etag, .modified_at = asset.modified_at},
      .headers = {{"Cache-Control", kForEver}}};
  if (auto response = without_picture(request, presentation)) return *std::move(response);
  return with_picture(request, presentation, asset);
}

Task<Edge::Answer> Edge::alias(const http::Request& request, const AliasPath& path) {
  const image::Variant* variant = find_variant(options_.collections, path);
  if (variant == nullptr) co_return fail(ErrorCode::not_found, "no such variant");
  if (path.format && !has(variant->formats, *path.format))
    co_return fail(ErrorCode::not_found, "no such format");
  for (int look = 0; look < kLooksMax; ++look) {
    CO_TRY_LET(const auto current, co_await pool_.run([this, &path] {
      return catalog_.current(path.collection, path.owner, path.variant);
    }));
    if (current.empty()) co_return co_await default_avatar(request, path, *variant);

    const auto format = format_for(request, path, offered_formats(*variant, current));
    if (!format) co_return fail(ErrorCode::not_found, "no such format");
    CO_TRY_LET(auto response,
               co_await current_asset(request, path,
                                      *std::ranges::find(current, *format, &CurrentAsset::format)));
    if (response) co_return *std::move(response);
  }
  co_return fail(ErrorCode::corrupt, "alias '" + request.path + "': its asset is not in the store");
}

Task<Result<std::optional<http::Response>>> Edge::current_asset(const http::Request& request,
                                                                const AliasPath& path,
                                                                const CurrentAsset& current) {
  const auto asset_path = asset_path_of(current.key);
  if (!asset_path)
    co_return fail(ErrorCode::corrupt, "alias: '" + current.key.str() + "' is no asset's key");
  const std::string location = bucket::asset_path(current.key);
  Presentation presentation{
      .validators = {.etag = '"' + asset_path->hash + '"', .modified_at = std::nullopt},
      .headers = alias_headers(path)};
  presentation.headers.add("Content-Location", location);
  if (auto response = without_picture(request, presentation)) co_return response;

  const auto found = co_await cache_.get(location, read(*asset_path));
  if (!found && found.error().code == ErrorCode::not_found) co_return std::nullopt;
  if (!found) co_return std::unexpected(found.error());
  CO_TRY_LET(http::Response response, with_picture(request, presentation, **found));
  co_return response;
}

Task<Edge::Answer> Edge::default_avatar(const http::Request& request, const AliasPath& path,
                                        const image::Variant& variant) {
  const auto format = format_for(request, path, variant.formats);
  ASSERT(format.has_value());
  const AvatarDrawing drawing = drawing_for(path.owner);
  const image::Plan plan = variant.plan_for(*format);
  // No path begins like this.
  const std::string key = "default " + drawing.initials + ' ' + std::to_string(drawing.shade) +
                          ' ' + image::to_string(plan);
  CO_TRY_LET(const AssetPtr found,
             co_await cache_.get(key, default_avatars_.render(drawing, plan, request.id)));
  Presentation presentation{.validators = {.etag = found->etag, .modified_at = std::nullopt},
                            .headers = alias_headers(path)};
  presentation.headers.add(std::string(kDefaultAvatarHeader), "1");
  if (auto response = without_picture(request, presentation)) co_return *std::move(response);
  co_return with_picture(request, presentation, *found);
}

Task<Result<Asset>> Edge::read(const AssetPath& path) {
  co_return co_await pool_.run([this, &path] {
    return load_asset(store_, {.bucket = options_.assets_bucket,
                               .key = path.key,
                               .hash = path.hash,
                               .format = path.format,
                               .bytes_max = options_.cached_asset_bytes_max});
  });
}

}  // namespace

http::Handler edge_handler(Options options, bucket::Store& store, Catalog& catalog,
                           worker::Pool& workers, BlockingPool& pool) {
  // Shared by the copies of the handler, which std::function makes.
  const auto edge = std::make_shared<Edge>(std::move(options), store, catalog, workers, pool);
  return [edge](http::Request& request) { return edge->handle(request); };
}

}  // namespace tintype::edge
