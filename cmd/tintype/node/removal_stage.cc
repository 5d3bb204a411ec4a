#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "bucket/naming.h"
#include "function/removal.h"
#include "http/problem.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

/// DELETE /<collection>/current: 204, also for who has no picture.
Task<http::Response> remove_picture(NodeParts& parts, function::Removal& removal,
                                    http::Request& request, std::string subject) {
  const auto removed = co_await parts.pool->run([&]() -> Result<bool> {
    const auto owner = bucket::Owner::parse(subject);
    if (!owner) return fail(ErrorCode::denied, "subject of the token: " + owner.error().message);
    return removal.remove(*owner);
  });
  if (!removed) {
    log(LogLevel::error, "picture could not be removed",
        {{"request", request.id}, {"reason", removed.error().message}});
    co_return http::problem_response(removed.error(), request);
  }
  if (*removed) log(LogLevel::info, "picture removed", {{"request", request.id}});
  http::Response response;
  response.status = 204;
  co_return response;
}

}  // namespace

void make_removal_stage(NodeParts& parts) {
  for (const auto& collection : parts.stack.collections)
    parts.removals.push_back(std::make_unique<function::Removal>(
        collection.images.name,
        function::Removal::Parts{.store = *parts.store,
                                 .assets = parts.assets(),
                                 .uploads_bucket = parts.stack.uploads_bucket,
                                 .assets_bucket = parts.stack.assets_bucket,
                                 .database = *parts.database,
                                 .queue = *parts.queue,
                                 .manifests = *parts.manifests,
                                 .clock = parts.clock}));
}

std::vector<gateway::Route> removal_routes(NodeParts& parts) {
  std::vector<gateway::Route> routes;
  for (std::size_t i = 0; i < parts.removals.size(); ++i)
    routes.push_back({.method = "DELETE",
                      .path = "/" + parts.stack.collections[i].images.name + "/current",
                      .authorizer = parts.authorizers.at("jwt"),
                      .integration = [&parts, &removal = *parts.removals[i]](
                                         http::Request& request, const gateway::Identity* identity,
                                         const gateway::Parameters&) {
                        return remove_picture(parts, removal, request, identity->subject);
                      }});
  return routes;
}

}  // namespace tintype
