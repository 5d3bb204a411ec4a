#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "gateway/function_integration.h"
#include "gateway/lambda_host.h"
#include "gateway/proxy.h"
#include "gateway/remote_function.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

Result<std::shared_ptr<gateway::FunctionClient>> make_function(
    const gateway::FunctionSettings& settings, const std::string& region) {
  if (!settings.url.empty())
    return gateway::make_remote_function({.name = settings.name,
                                          .url = settings.url,
                                          .time_max = settings.timeout,
                                          .concurrency_max = settings.concurrency_max,
                                          .waiting_max = settings.waiting_max});
  return within("function." + settings.name + ".command",
                gateway::start_lambda_host({.name = settings.name,
                                            .command = settings.command,
                                            .folder = settings.folder,
                                            .handler = settings.handler,
                                            .environment = settings.environment,
                                            .region = region,
                                            .processes = settings.concurrency_max,
                                            .waiting_max = settings.waiting_max,
                                            .time_max = settings.timeout}));
}

/// The authorizer that a [[route]] names.
std::shared_ptr<const gateway::Authorizer> authorizer_of(const NodeParts& parts,
                                                         const gateway::RouteSettings& settings) {
  if (settings.authorizer == gateway::RouteSettings::kNone) return gateway::kOpen;
  const auto found = parts.authorizers.find(settings.authorizer);
  ASSERT(found != parts.authorizers.end());  // The stack was read with care.
  return found->second;
}

Result<gateway::Integration> integration_of(const NodeParts& parts,
                                            const gateway::RouteSettings& settings,
                                            const std::string& key) {
  if (settings.function.empty()) {
    const gateway::HttpRouteSettings& http = settings.http;
    return within(settings.place,
                  gateway::proxy_integration({.url = http.url,
                                              .route_path = settings.path,
                                              .pass_authorization = http.pass_authorization,
                                              .pass_host = http.pass_host,
                                              .websocket = http.websocket,
                                              .tls_ca_file = http.ca_file,
                                              .body_bytes_max = settings.body_bytes_max,
                                              .attempts_max = http.retries + 1,
                                              .head_max = http.timeout,
                                              .idle_max = http.idle_timeout},
                                             parts.upstream_client));
  }
  const auto function = parts.gateway_functions.find(settings.function);
  ASSERT(function != parts.gateway_functions.end());  // The stack was read with care.
  return gateway::function_integration({.origin = {.api_id = parts.stack.name},
                                        .name = settings.function,
                                        .route_key = key,
                                        .body_bytes_max = settings.body_bytes_max},
                                       function->second, parts.clock);
}

}  // namespace

Status make_gateway_functions(NodeParts& parts) {
  for (const gateway::FunctionSettings& settings : parts.stack.gateway.functions) {
    TRY_LET(auto function, make_function(settings, parts.credentials.region));
    parts.gateway_functions.emplace(settings.name, std::move(function));
  }
  return {};
}

Result<std::vector<gateway::Route>> stack_routes(NodeParts& parts) {
  parts.upstream_client = std::make_shared<http::UpstreamClient>(http::UpstreamClient::Limits{});
  std::vector<gateway::Route> routes;
  for (const gateway::RouteSettings& settings : parts.stack.gateway.routes) {
    gateway::Route route{.method = settings.method,
                         .path = settings.path,
                         .authorizer = authorizer_of(parts, settings),
                         .scopes = settings.scopes,
                         .integration = {},
                         .body_bytes_max = settings.body_bytes_max,
                         .throttle = settings.throttle,
                         .place = settings.place};
    TRY_LET(route.integration, integration_of(parts, settings, gateway::route_key(route)));
    routes.push_back(std::move(route));
  }
  return routes;
}

}  // namespace tintype
