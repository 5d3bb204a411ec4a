#include <memory>
#include <string>
#include <utility>

#include "bucket/naming.h"
#include "http/problem.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

/// POST <route>: from the verified subject to an owner, and from there to upload.
Task<http::Response> open_slot(upload::Api& api, http::Request& request,
                               const upload::Policy& policy, std::string subject) {
  const auto owner = bucket::Owner::parse(subject);
  if (!owner)
    co_return http::problem_response(
        Error{ErrorCode::denied, "subject of the token: " + owner.error().message}, request);
  co_return co_await api.key_upload(request, policy, *owner);
}

}  // namespace

Status make_upload_stage(NodeParts& parts) {
  parts.slots = std::make_unique<upload::Slots>(*parts.database, parts.clock);
  parts.upload_api = std::make_unique<upload::Api>(
      upload::Api::Options{.s3_url = parts.addresses.s3,
                           .gateway_url = parts.addresses.gateway,
                           .edge_url = parts.addresses.edge,
                           .region = parts.credentials.region,
                           .access_key_id = parts.credentials.access_key_id,
                           .secret_access_key = parts.credentials.secret_access_key,
                           .bucket = parts.stack.uploads_bucket},
      *parts.slots, *parts.pool, parts.clock);
  return {};
}

std::vector<gateway::Route> upload_routes(NodeParts& parts) {
  upload::Api& api = *parts.upload_api;
  std::vector<gateway::Route> routes;
  for (const auto& collection : parts.stack.collections) {
    routes.push_back({.method = "POST",
                      .path = collection.policy.route,
                      .authorizer = parts.authorizers.at("jwt"),
                      .integration = [&api, &policy = collection.policy](
                                         http::Request& request, const gateway::Identity* identity,
                                         const gateway::Parameters&) {
                        return open_slot(api, request, policy, identity->subject);
                      }});
  }
  routes.push_back({.method = "GET",
                    .path = "/uploads/{id}",
                    .authorizer = gateway::kOpen,
                    .integration = [&api](http::Request& request, const gateway::Identity*,
                                          const gateway::Parameters& parameters) {
                      return api.status(request, parameters.at("id"));
                    }});
  return routes;
}

}  // namespace tintype
