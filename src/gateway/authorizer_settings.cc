#include "gateway/authorizer_settings.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "gateway/remote_keys.h"

namespace tintype::gateway {

namespace {

using std::chrono::seconds;

/// A whole number of seconds from zero to `max`.
Result<seconds> read_seconds(const config::Table& table, std::string_view key, seconds missing,
                             seconds max) {
  TRY_LET(const auto read, table.duration(key, missing));
  if (read < seconds(0) || read > max || read % seconds(1) != seconds(0))
    return table.error(key, "write whole seconds from 0s to " + std::to_string(max.count()) + "s");
  return std::chrono::duration_cast<seconds>(read);
}

bool is_scope(std::string_view text) {  // RFC 6749, 3.3.
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\';
  });
}

Result<std::vector<std::string>> read_audiences(const config::Table& table) {
  if (table.has("audience") && table.has("audiences"))
    return table.error("audiences", "and audience is there too; write one of them");
  std::vector<std::string> audiences;
  if (table.has("audiences")) {
    TRY_LET(audiences, table.texts("audiences"));
  } else {
    TRY_LET(std::string audience, table.text("audience"));
    audiences.push_back(std::move(audience));
  }
  if (audiences.empty() || std::ranges::find(audiences, "") != audiences.end())
    return table.error("audiences",
                       "name whom the tokens are for: your API, or with Cognito the "
                       "id of the app client");
  return audiences;
}

Result<JwtSettings> read_jwt(const config::Table& table) {
  JwtSettings settings;
  JwtPolicy& policy = settings.policy;
  TRY_LET(policy.issuer, table.text("issuer"));
  if (!is_safe_key_url(policy.issuer) || policy.issuer.contains('?'))
    return table.error("issuer",
                       "not an https URL without query; write `iss` of its tokens to the letter "
                       "(http is for this machine alone)");
  TRY_LET(policy.audiences, read_audiences(table));
  TRY_LET(settings.jwks_uri, table.text("jwks_uri", ""));
  if (!settings.jwks_uri.empty() && !is_safe_key_url(settings.jwks_uri))
    return table.error("jwks_uri", "not an https URL (http is for this machine alone)");
  TRY_LET(policy.id_tokens, table.boolean("id_tokens", false));
  TRY_LET(policy.clock_skew_max, read_seconds(table, "clock_skew", seconds(30), seconds(300)));
  return settings;
}

Result<AppSignIn> read_app(const config::Table& identity) {
  AppSignIn app;
  TRY_LET(app.client_id, identity.text("client_id", ""));
  TRY_LET(app.token_origin, identity.text("token_origin", ""));
  const bool is_origin =
      app.token_origin.empty() ||
      (is_safe_key_url(app.token_origin) && std::ranges::count(app.token_origin, '/') == 2);
  if (!is_origin)
    return identity.error("token_origin", "not an origin: https://auth.example.com, without path");
  return app;
}

Result<FunctionAuthorizerSettings> read_function(const config::Table& table) {
  FunctionAuthorizerSettings settings;
  TRY_LET(settings.function, table.text("function"));
  settings.place = table.place("function");
  TRY_LET(
      const auto sources,
      table.texts("identity_source", std::vector<std::string>{"$request.header.Authorization"}));
  if (sources.empty() || sources.size() > FunctionAuthorizer::kSourcesMax)
    return table.error("identity_source", "write 1 to 10 of them");
  for (const std::string& text : sources) {
    auto source = IdentitySource::parse(text);
    if (!source) return table.error("identity_source", source.error().message);
    settings.sources.push_back(*std::move(source));
  }
  TRY_LET(settings.cache_ttl,
          read_seconds(table, "cache_ttl", seconds(0), FunctionAuthorizer::kCacheTtlMax));
  return settings;
}

Result<ApiKeyAuthorizer::Key> read_key(const config::Table& table) {
  constexpr std::size_t kDigestSize = 32;
  ApiKeyAuthorizer::Key key;
  TRY_LET(key.owner, table.text("owner"));
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f'; };
  if (key.owner.empty() || key.owner.size() > Identity::kSubjectSizeMax ||
      !std::ranges::all_of(key.owner, is_plain))
    return table.error("owner", "write 1 to 128 ASCII characters without a space");
  TRY_LET(const std::string hex, table.text("key_sha256"));
  const auto digest = from_hex(hex);
  if (!digest || digest->size() != kDigestSize)
    return table.error("key_sha256",
                       "not 64 hexadecimal digits; `tintype api-key` makes a key and "
                       "says what to write here");
  key.sha256 = *digest;
  TRY_LET(key.scopes, table.texts("scopes", std::vector<std::string>{}));
  if (!std::ranges::all_of(key.scopes, is_scope))
    return table.error("scopes", "a scope is ASCII without spaces, '\"' and '\\'");
  return key;
}

Result<ApiKeySettings> read_api_keys(const config::Table& table) {
  ApiKeySettings settings;
  TRY_LET(const auto sections, table.tables("key"));
  if (sections.size() > ApiKeyAuthorizer::kCountMax)
    return table.error("key", "more than 1000 keys; use an issuer for so many");
  for (const config::Table& section : sections) {
    TRY_LET(auto key, read_key(section));
    if (std::ranges::find(settings.keys, key.sha256, &ApiKeyAuthorizer::Key::sha256) !=
        settings.keys.end())
      return section.error("key_sha256", "this key is there twice");
    settings.keys.push_back(std::move(key));
  }
  if (settings.keys.empty())
    return table.error("key", "is missing; add a [[" + table.name() + ".key]]");
  return settings;
}

Result<AuthorizerSetting> read_authorizer(const config::Table& table) {
  TRY_LET(const std::string type, table.choice("type", {"jwt", "function", "api-key"}));
  if (type == "jwt") return read_jwt(table);
  if (type == "function") return read_function(table);
  return read_api_keys(table);
}

}  // namespace

Result<AuthorizerSettings> read_authorizers(const config::Table& root) {
  AuthorizerSettings settings;
  TRY_LET(const config::Table identity, root.table("identity"));
  if (identity.has("issuer")) {
    TRY_LET(settings.identity, read_jwt(identity));
    TRY_LET(settings.app, read_app(identity));
  }
  TRY_LET(const auto sections, root.named_tables("authorizer"));
  for (const auto& [name, table] : sections) {
    if (name == AuthorizerSettings::kIdentity || name == AuthorizerSettings::kNone)
      return table.error("type", "the name \"" + name + "\" is taken; choose another one");
    TRY_LET(auto setting, read_authorizer(table));
    settings.named.emplace(name, std::move(setting));
  }
  return settings;
}

}  // namespace tintype::gateway
