#include <utility>

#include "http/problem.h"
#include "node/contract.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {
namespace {

Task<http::Response> answer(std::string document) {
  auto response = http::json_response(200, std::move(document));
  response.headers.set("Cache-Control", "no-cache");
  co_return response;
}

}  // namespace

Result<std::vector<gateway::Route>> contract_routes(NodeParts& parts) {
  ContractStack stack{.collections = {},
                      .embedded_issuer = !parts.stack.authorizers.identity.has_value()};
  for (const auto& collection : parts.stack.collections)
    stack.collections.push_back({.name = collection.images.name, .route = collection.policy.route});
  TRY_LET(std::string document, contract_of(kContractDocument, stack));
  return std::vector<gateway::Route>{
      {.method = "GET",
       .path = "/api/openapi.json",
       .authorizer = gateway::kOpen,
       .integration = [document = std::move(document)](http::Request&, const gateway::Identity*,
                                                       const gateway::Parameters&) {
         return answer(document);
       }}};
}

}  // namespace tintype
