#include "stack/describe_authorizers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <variant>
#include <vector>

namespace tintype {
namespace {

std::string describe_one(const gateway::JwtSettings& settings) {
  const gateway::JwtPolicy& policy = settings.policy;
  std::string text = fmt::format("  issuer      {}\n  audiences   [{}]\n  keys        {}\n",
                                 policy.issuer, fmt::join(policy.audiences, ", "),
                                 settings.jwks_uri.empty() ? "by discovery" : settings.jwks_uri);
  text += fmt::format("  clock_skew  {} s\n  id_tokens   {}\n", policy.clock_skew_max.count(),
                      policy.id_tokens);
  return text;
}

std::string describe_one(const gateway::FunctionAuthorizerSettings& settings) {
  return fmt::format("  function    {}\n  sources     {}\n  cache_ttl   {} s\n", settings.function,
                     settings.sources.size(), settings.cache_ttl.count());
}

std::string describe_one(const gateway::ApiKeySettings& settings) {
  std::vector<std::string_view> owners;
  for (const auto& key : settings.keys) owners.push_back(key.owner);
  return fmt::format("  keys of     [{}]\n", fmt::join(owners, ", "));
}

std::string describe_one(const gateway::IssuerSettings& issuer) {
  std::string text = fmt::format("  access_ttl  {} s\n  sessions    {} s idle, {} s at most\n",
                                 issuer.access_ttl.count(), issuer.session_idle.count(),
                                 issuer.session_max.count());
  text += fmt::format("  sign_ups    {} from an address\n", to_string(issuer.sign_ups));
  for (const gateway::OauthClient& client : issuer.clients)
    text +=
        fmt::format("  client      {} at [{}]\n", client.id, fmt::join(client.redirect_uris, ", "));
  return text;
}

}  // namespace

std::string describe_authorizers(const gateway::AuthorizerSettings& settings,
                                 const gateway::IssuerSettings& issuer) {
  std::string text = settings.identity
                         ? "identity\n" + describe_one(*settings.identity)
                         : "identity          the embedded issuer\n" + describe_one(issuer);
  for (const auto& [name, setting] : settings.named)
    text += fmt::format("authorizer.{}\n", name) +
            std::visit([](const auto& one) { return describe_one(one); }, setting);
  return text;
}

}  // namespace tintype
