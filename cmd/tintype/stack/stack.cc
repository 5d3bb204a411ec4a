#include "stack/stack.h"

#include <utility>

#include "base/config.h"
#include "base/file.h"
#include "gateway/cors.h"
#include "stack/built_in.h"
#include "stack/sections.h"

namespace tintype {
namespace {

constexpr std::string_view kDefaultFile = "tintype.toml";

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
  TRY_LET(auto assets_account, read_assets_account(root));
  TRY_LET(auto collections, read_collections(root, source));
  TRY_LET(Receivers receivers, read_receivers(root));
  TRY_LET(gateway::AuthorizerSettings authorizers, gateway::read_authorizers(root));
  gateway::IssuerSettings issuer;
  if (!authorizers.identity) {
    TRY_LET(const config::Table identity, root.table("identity"));
    TRY_LET(issuer, gateway::read_issuer(identity));
  }
  TRY_LET(const config::Table edge, root.table("edge"));
  TRY_LET(const std::int64_t cache, edge.size_bytes("cache_max", {0, 1LL << 40}, 16 << 20));
  TRY_LET(GatewaySettings gateway, read_gateway(root));
  TRY(check_names(authorizers, gateway));
  TRY(document.finish());
  return Stack{.name = std::move(name),
               .source = std::move(source),
               .app_origins = std::move(origins),
               .public_urls = std::move(public_urls),
               .uploads_bucket = std::move(buckets.uploads),
               .assets_bucket = std::move(buckets.assets),
               .assets_account = std::move(assets_account),
               .signature_v2 = buckets.signature_v2,
               .bucket_cache_bytes_max = buckets.cache_bytes_max,
               .disk_free_min = buckets.disk_free_min,
               .collections = std::move(collections),
               .edge_cache_bytes_max = static_cast<std::size_t>(cache),
               .webhooks = std::move(receivers.webhooks),
               .queues = std::move(receivers.queues),
               .gateway = std::move(gateway),
               .authorizers = std::move(authorizers),
               .issuer = std::move(issuer)};
}

Result<Stack> load_stack(const std::optional<std::filesystem::path>& path) {
  if (!path && !std::filesystem::exists(kDefaultFile))
    return parse_stack(kBuiltInStack, "built-in");
  const std::filesystem::path file = path.value_or(kDefaultFile);
  auto text = read_file(file, config::Document::kSizeMax);
  if (!text) return std::unexpected(std::move(text).error().within("stack file"));
  return parse_stack(*text, file.string());
}

}  // namespace tintype
