#include "node/contract.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/json.h"

namespace tintype {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "/{collection}/";
constexpr std::string_view kKeyUpload = "/{collection}/key_upload";

/// Without the parameter that is no longer in the path.
void remove_parameter(json::object& operation) {
  json::value* const parameters = operation.if_contains("parameters");
  if (parameters == nullptr) return;
  json::array left;
  for (json::value& parameter : parameters->as_array())
    if (const json::value* name = parameter.as_object().if_contains("name");
        name == nullptr || *name != "collection")
      left.push_back(std::move(parameter));
  *parameters = std::move(left);
}

/// The operations of a path for one collection. An operationId is there once (OpenAPI 3.1, 4.8.10).
json::object path_item_of(const ContractCollection& collection, json::object item) {
  for (auto& [method, operation] : item) {
    json::object& one = operation.as_object();
    remove_parameter(one);
    one["operationId"] = std::string(one["operationId"].as_string()) + "_" + collection.name;
  }
  return item;
}

bool is_identity(const json::object& item) {
  const json::object& operation = item.begin()->value().as_object();
  const json::array& tags = operation.at("tags").as_array();
  return std::ranges::find(tags, json::value("identity")) != tags.end();
}

std::string path_of(const ContractCollection& collection, std::string_view path) {
  if (path == kKeyUpload) return collection.route;
  return "/" + collection.name + "/" + std::string(path.substr(kPrefix.size()));
}

}  // namespace

Result<std::string> contract_of(std::string_view document, const ContractStack& stack) {
  TRY_LET(json::object contract, within("contract", parse_json_object(document)));
  if (!contract.contains("paths") || !contract["paths"].is_object())
    return fail(ErrorCode::internal, "contract: no paths");
  json::object paths;
  for (auto& [name, item] : contract["paths"].as_object()) {
    const std::string_view path = name;
    if (!stack.embedded_issuer && is_identity(item.as_object())) continue;
    if (!path.starts_with(kPrefix)) {
      paths[path] = std::move(item);
      continue;
    }
    for (const ContractCollection& collection : stack.collections)
      paths[path_of(collection, path)] = path_item_of(collection, item.as_object());
  }
  contract["paths"] = std::move(paths);
  return json::serialize(contract);
}

}  // namespace tintype
