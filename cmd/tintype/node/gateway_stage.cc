#include <iterator>
#include <utility>
#include <vector>

#include "gateway/page.h"
#include "http/problem.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

/// Which stage gives which routes.
Result<std::vector<gateway::Route>> all_routes(NodeParts& parts) {
  std::vector<gateway::Route> all;
  const auto add = [&all](std::vector<gateway::Route> routes) {
    all.insert(all.end(), std::move_iterator(routes.begin()), std::move_iterator(routes.end()));
  };
  add(identity_routes(parts));
  add(gateway::page_routes(parts.addresses.s3, parts.addresses.edge));
  add(upload_routes(parts));
  TRY_LET(auto of_stack, stack_routes(parts));
  add(std::move(of_stack));
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
