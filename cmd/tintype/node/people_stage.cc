#include "node/people_stage.h"

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "bucket/naming.h"
#include "http/problem.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

std::vector<std::string> collection_names(const Stack& stack) {
  std::vector<std::string> names;
  for (const auto& collection : stack.collections) names.push_back(collection.images.name);
  return names;
}

/// The collection that a kind of picture is uploaded to, if the stack has it.
std::optional<people::PictureKind> picture_kind(const Stack& stack, std::string_view collection) {
  const auto at = std::ranges::find(stack.collections, collection,
                                    [](const auto& one) { return one.images.name; });
  if (at == stack.collections.end()) return std::nullopt;
  people::PictureKind kind{.collection = at->images.name, .variants = {}};
  for (const image::Variant& variant : at->images.variants) kind.variants.push_back(variant.name);
  return kind;
}

/// Runs behind the authorizer, for a subject that can own pictures.
using Answer = Task<http::Response> (*)(people::Api&, http::Request&, people::Caller,
                                        const gateway::Parameters&);

Task<http::Response> own_profile(people::Api& api, http::Request& request, people::Caller caller,
                                 const gateway::Parameters& /*parameters*/) {
  return api.own_profile(request, std::move(caller));
}
Task<http::Response> put_profile(people::Api& api, http::Request& request, people::Caller caller,
                                 const gateway::Parameters& /*parameters*/) {
  return api.put_profile(request, std::move(caller));
}
Task<http::Response> delete_profile(people::Api& api, http::Request& request, people::Caller caller,
                                    const gateway::Parameters& /*parameters*/) {
  return api.delete_profile(request, std::move(caller));
}
Task<http::Response> tell(people::Api& api, http::Request& request, people::Caller caller,
                          const gateway::Parameters& /*parameters*/) {
  return api.tell(request, std::move(caller));
}
Task<http::Response> delete_activity(people::Api& api, http::Request& request,
                                     people::Caller caller, const gateway::Parameters& parameters) {
  return api.delete_activity(request, std::move(caller), parameters.at("id"));
}

Task<http::Response> refuse_subject(http::Request& request) {
  co_return http::problem_response(Error{ErrorCode::denied, "subject of the token"}, request);
}

/// A claim that is a text, or nothing.
std::string claim(const boost::json::object& claims, std::string_view name) {
  const boost::json::value* const value = claims.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

people::Caller caller_of(const gateway::Identity& identity) {
  people::Caller caller{.sub = identity.subject, .name = {}, .email = {}};
  const auto claims = parse_json_object(identity.claims_json);
  if (!claims) return caller;  // An authorizer without a token.
  caller.name = claim(*claims, "name");
  if (caller.name.empty()) caller.name = claim(*claims, "preferred_username");
  caller.email = claim(*claims, "email");
  return caller;
}

gateway::Integration for_caller(people::Api& api, Answer answer) {
  return [&api, answer](http::Request& request, const gateway::Identity* identity,
                        const gateway::Parameters& parameters) {
    if (!bucket::Owner::parse(identity->subject)) return refuse_subject(request);
    return answer(api, request, caller_of(*identity), parameters);
  };
}

}  // namespace

PeopleStage::PeopleStage(NodeParts& parts)
    : pictures(*parts.manifests, parts.addresses.edge),
      belongings({.store = *parts.store,
                  .remote_assets = parts.remote_assets.get(),
                  .uploads_bucket = parts.stack.uploads_bucket,
                  .assets_bucket = parts.stack.assets_bucket,
                  .collections = collection_names(parts.stack),
                  .edge_cache = *parts.edge_cache,
                  .manifests = *parts.manifests,
                  .queue = *parts.queue}),
      persons(*parts.database, parts.clock),
      activities(*parts.database, persons, parts.clock),
      deletions(*parts.database, belongings, parts.clock),
      documents({.avatar = picture_kind(parts.stack, "avatars"),
                 .banner = picture_kind(parts.stack, "banners")},
                pictures),
      api({.persons = persons,
           .activities = activities,
           .deletions = deletions,
           .documents = documents,
           .pool = *parts.pool}) {}

Status make_people_stage(NodeParts& parts) {
  parts.edge_cache = std::make_shared<edge::AssetCache>(parts.stack.edge_cache_bytes_max);
  parts.people = std::make_unique<PeopleStage>(parts);
  parts.functions.push_back(std::make_unique<DeletePersonFunction>(
      DeletePersonFunction::Parts{.deletions = parts.people->deletions,
                                  .belongings = parts.people->belongings,
                                  .database = *parts.database,
                                  .queue = *parts.queue,
                                  .clock = parts.clock}));
  return {};
}

std::vector<gateway::Route> people_routes(NodeParts& parts) {
  using Parameters = const gateway::Parameters&;
  people::Api& api = parts.people->api;
  const auto mine = [&](std::string method, std::string path, Answer answer) {
    return gateway::Route{.method = std::move(method),
                          .path = std::move(path),
                          .authorizer = parts.authorizers.at("jwt"),
                          .integration = for_caller(api, answer)};
  };
  const auto anybodys = [](std::string path, gateway::Integration integration) {
    return gateway::Route{.method = "GET",
                          .path = std::move(path),
                          .authorizer = gateway::kOpen,
                          .integration = std::move(integration)};
  };
  return {
      mine("GET", "/api/profile", own_profile),
      mine("PUT", "/api/profile", put_profile),
      mine("DELETE", "/api/profile", delete_profile),
      mine("POST", "/api/activities", tell),
      mine("DELETE", "/api/activities/{id}", delete_activity),
      anybodys("/api/people/{handle}",
               [&api](http::Request& request, const gateway::Identity*, Parameters parameters) {
                 return api.person(request, parameters.at("handle"));
               }),
      anybodys("/api/people/{handle}/activities",
               [&api](http::Request& request, const gateway::Identity*, Parameters parameters) {
                 return api.feed_of(request, parameters.at("handle"));
               }),
      anybodys("/api/activities", [&api](http::Request& request, const gateway::Identity*,
                                         Parameters) { return api.feed(request); }),
      anybodys("/api/activities/{id}",
               [&api](http::Request& request, const gateway::Identity*, Parameters parameters) {
                 return api.activity(request, parameters.at("id"));
               }),
  };
}

}  // namespace tintype
