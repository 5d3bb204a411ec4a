#include <string>
#include <utility>

#include "gateway/identity_routes.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {

Status make_identity_stage(NodeParts& parts) {
  TRY_LET(parts.issuer, gateway::Issuer::open({.key_file = parts.data.issuer_key_file(),
                                               .url = parts.addresses.issuer,
                                               .audience = std::string(gateway::kAudience)}));
  TRY_LET(parts.demo_person,
          DemoPerson::make(*parts.database, parts.credentials, parts.clock, *parts.pool));
  return {};
}

std::vector<gateway::Route> identity_routes(NodeParts& parts) {
  // Whom a foreign issuer knows does not sign in here.
  if (parts.stack.authorizers.identity) return {};
  auto routes = gateway::identity_routes(*parts.issuer, *parts.database, *parts.pool, parts.clock);
  for (gateway::Route& route : routes)
    if (route.method == "POST")
      route.integration = parts.demo_person->waited_for_by(std::move(route.integration));
  return routes;
}

}  // namespace tintype
