#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "gateway/function_payload.h"
#include "gateway/jwt_authorizer.h"
#include "gateway/remote_keys.h"
#include "http/client.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

using Made = Result<std::shared_ptr<const gateway::Authorizer>>;

/// Makes the authorizer of each kind of setting.
class Maker {
 public:
  Maker(NodeParts& parts, const std::string& name) : parts_(parts), name_(name) {}

  Made operator()(const gateway::JwtSettings& settings) const {
    // One client for all fetches of this issuer; it goes with the last of them.
    auto client = std::make_shared<http::Client>();
    auto keys = gateway::RemoteKeys::start(
        {.issuer = settings.policy.issuer, .jwks_uri = settings.jwks_uri},
        [client](const http::ClientRequest& request) { return client->send(request); },
        *parts_.pool, parts_.clock);
    return std::make_shared<const gateway::JwtAuthorizer>(settings.policy, std::move(keys));
  }

  Made operator()(const gateway::ApiKeySettings& settings) const {
    return std::make_shared<const gateway::ApiKeyAuthorizer>(settings.keys);
  }

  Made operator()(const gateway::FunctionAuthorizerSettings& settings) const {
    const auto function = parts_.gateway_functions.find(settings.function);
    ASSERT(function != parts_.gateway_functions.end());  // The stack was read with care.
    const gateway::PayloadOrigin origin{.api_id = parts_.stack.name};
    return std::make_shared<const gateway::FunctionAuthorizer>(
        gateway::FunctionAuthorizer::Options{.name = name_,
                                             .api_id = origin.api_id,
                                             .region = parts_.credentials.region,
                                             .sources = settings.sources,
                                             .cache_ttl = settings.cache_ttl},
        function->second,
        [origin](const http::Request& request, const gateway::RouteContext& route, Instant now) {
          return gateway::write_payload(origin, {.request = request,
                                                 .body = {},
                                                 .identity = nullptr,
                                                 .parameters = route.parameters,
                                                 .route_key = route.route_key,
                                                 .now = now});
        });
  }

 private:
  NodeParts& parts_;
  const std::string& name_;
};

/// Its tokens are made by the clock that they are checked with, or by that of a node beside it.
constexpr std::chrono::seconds kOwnSkewMax{5};

/// Keys of our own, by the same way as foreign ones.
Made make_embedded(const NodeParts& parts) {
  return std::make_shared<const gateway::JwtAuthorizer>(
      gateway::JwtPolicy{.issuer = parts.addresses.issuer,
                         .audiences = {std::string(gateway::kAudience)},
                         .clock_skew_max = kOwnSkewMax},
      std::make_shared<gateway::RingKeys>(parts.issuer->issuer()));
}

}  // namespace

Status make_authorizer_stage(NodeParts& parts) {
  const gateway::AuthorizerSettings& settings = parts.stack.authorizers;
  const std::string identity(gateway::AuthorizerSettings::kIdentity);
  TRY_LET(auto people,
          settings.identity ? Maker(parts, identity)(*settings.identity) : make_embedded(parts));
  parts.authorizers.emplace(identity, std::move(people));
  for (const auto& [name, setting] : settings.named) {
    TRY_LET(auto authorizer, std::visit(Maker(parts, name), setting));
    parts.authorizers.emplace(name, std::move(authorizer));
  }
  return {};
}

}  // namespace tintype
