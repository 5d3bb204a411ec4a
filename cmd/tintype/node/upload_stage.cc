#include <memory>
#include <string>
#include <utility>

#include "bucket/naming.h"
#include "http/problem.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

/// From the verified subject to an owner, and from there to upload.
template <class Answer>
Task<http::Response> for_owner(http::Request& request, std::string subject, Answer answer) {
  const auto owner = bucket::Owner::parse(subject);
  if (!owner)
    co_return http::problem_response(
        Error{ErrorCode::denied, "subject of the token: " + owner.error().message}, request);
  co_return co_await answer(*owner);
}

/// A route about one upload, for its owner.
gateway::Route owner_route(NodeParts& parts, std::string method, std::string path,
                           Task<http::Response> (upload::Api::*answer)(http::Request&, std::string,
                                                                       const bucket::Owner&)) {
  return {.method = std::move(method),
          .path = std::move(path),
          .authorizer = parts.authorizers.at("jwt"),
          .integration = [&api = *parts.upload_api, answer](http::Request& request,
                                                            const gateway::Identity* identity,
                                                            const gateway::Parameters& parameters) {
            return for_owner(
                request, identity->subject,
                [&api, answer, &request, id = parameters.at("id")](const bucket::Owner& owner) {
                  return (api.*answer)(request, id, owner);
                });
          }};
}

gateway::Route part_route(NodeParts& parts) {
  return {.method = "GET",
          .path = "/uploads/{id}/parts/{number}",
          .authorizer = parts.authorizers.at("jwt"),
          .integration = [&api = *parts.upload_api](http::Request& request,
                                                    const gateway::Identity* identity,
                                                    const gateway::Parameters& parameters) {
            return for_owner(request, identity->subject,
                             [&api, &request, id = parameters.at("id"),
                              number = parameters.at("number")](const bucket::Owner& owner) {
                               return api.sign_part(request, id, number, owner);
                             });
          }};
}

}  // namespace

Status make_upload_stage(NodeParts& parts) {
  parts.slots = std::make_unique<upload::Slots>(*parts.database, parts.clock);
  return {};
}

void make_upload_api(NodeParts& parts) {
  parts.upload_api = std::make_unique<upload::Api>(
      upload::Api::Options{.s3_url = parts.addresses.s3,
                           .gateway_url = parts.addresses.gateway,
                           .edge_url = parts.addresses.edge,
                           .region = parts.credentials.region,
                           .access_key_id = parts.credentials.access_key.id,
                           .secret_access_key = parts.credentials.access_key.secret,
                           .bucket = parts.stack.uploads_bucket},
      *parts.slots, parts.store->multiparts(), *parts.pool, parts.clock);
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
                        return for_owner(request, identity->subject,
                                         [&api, &policy, &request](const bucket::Owner& owner) {
                                           return api.key_upload(request, policy, owner);
                                         });
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

std::vector<gateway::Route> upload_owner_routes(NodeParts& parts) {
  std::vector<gateway::Route> routes;
  routes.push_back(owner_route(parts, "DELETE", "/uploads/{id}", &upload::Api::cancel));
  routes.push_back(owner_route(parts, "GET", "/uploads/{id}/parts", &upload::Api::list_parts));
  routes.push_back(owner_route(parts, "POST", "/uploads/{id}/parts", &upload::Api::sign_parts));
  routes.push_back(owner_route(parts, "POST", "/uploads/{id}/complete", &upload::Api::complete));
  routes.push_back(part_route(parts));
  return routes;
}

}  // namespace tintype
