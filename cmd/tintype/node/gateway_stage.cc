#include <boost/json.hpp>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/page.h"
#include "http/problem.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

gateway::PageSettings page_settings(const NodeParts& parts) {
  gateway::PageSettings settings{
      .s3_url = parts.addresses.s3, .edge_url = parts.addresses.edge, .sign_in = {}};
  const gateway::AuthorizerSettings& authorizers = parts.stack.authorizers;
  if (authorizers.identity)
    settings.sign_in = {.issuer = authorizers.identity->policy.issuer,
                        .client_id = authorizers.app.client_id,
                        .token_origin = authorizers.app.token_origin};
  return settings;
}

/// Which stage gives which routes. Lists them in `parts.routes_json`.
Result<std::vector<gateway::Route>> all_routes(NodeParts& parts) {
  std::vector<gateway::Route> all;
  boost::json::array list;
  const auto add = [&](std::string_view stage, std::vector<gateway::Route> routes) {
    for (const gateway::Route& route : routes)
      list.push_back({{"stage", stage},
                      {"method", route.method},
                      {"path", route.path},
                      {"open", route.authorizer == gateway::kOpen}});
    all.insert(all.end(), std::move_iterator(routes.begin()), std::move_iterator(routes.end()));
  };
  add("identity", identity_routes(parts));
  add("page", gateway::page_routes(page_settings(parts)));
  add("upload", upload_routes(parts));
  add("upload_owner", upload_owner_routes(parts));
  add("removal", removal_routes(parts));
  add("people", people_routes(parts));
  TRY_LET(auto contract, contract_routes(parts));
  add("contract", std::move(contract));
  TRY_LET(auto of_stack, stack_routes(parts));
  add("stack", std::move(of_stack));
  parts.routes_json = boost::json::serialize(list);
  return all;
}

}  // namespace

Status make_gateway_handler(NodeParts& parts, Handlers& handlers) {
  TRY_LET(gateway::Cors cors, gateway::Cors::make(parts.stack.app_origins));
  handlers.gateway_refusal = [cors](const http::Problem& problem, const http::Request& request) {
    http::Response response = http::problem_response(problem, request);
    cors.add_headers(request, response);
    return response;
  };
  TRY_LET(auto routes, all_routes(parts));
  TRY_LET(handlers.gateway, gateway::gateway_handler(std::move(routes), std::move(cors),
                                                     parts.clock, parts.stack.gateway.throttle));
  return {};
}

}  // namespace tintype
