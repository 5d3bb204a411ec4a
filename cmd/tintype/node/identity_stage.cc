#include <string>
#include <utility>

#include "gateway/issuer/identity_routes.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {

Status make_identity_stage(NodeParts& parts) {
  gateway::IssuerService::Options options{.issuer = {.key_file = parts.data.issuer_key_file(),
                                                     .url = parts.addresses.issuer,
                                                     .audience = std::string(gateway::kAudience)},
                                          .settings = parts.stack.issuer,
                                          .origins = parts.stack.app_origins};
  options.origins.push_back(parts.addresses.gateway);
  TRY_LET(parts.issuer,
          gateway::IssuerService::make(std::move(options), {.database = *parts.database,
                                                            .registry = parts.registry,
                                                            .pool = *parts.pool,
                                                            .clock = parts.clock}));
  TRY_LET(parts.demo_person,
          DemoPerson::make(parts.issuer->credentials(), parts.credentials, *parts.pool));
  return {};
}

std::vector<gateway::Route> identity_routes(NodeParts& parts) {
  // Whom a foreign issuer knows does not sign in here.
  if (parts.stack.authorizers.identity) return {};
  auto routes = gateway::identity_routes(*parts.issuer);
  for (gateway::Route& route : routes)
    if (route.method == "POST")
      route.integration = parts.demo_person->waited_for_by(std::move(route.integration));
  return routes;
}

}  // namespace tintype
