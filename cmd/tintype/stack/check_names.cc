#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "stack/sections.h"

namespace tintype {
namespace {

bool has_function(const GatewaySettings& gateway, const std::string& name) {
  return std::ranges::find(gateway.functions, name, &gateway::FunctionSettings::name) !=
         gateway.functions.end();
}

}  // namespace

Status check_names(const gateway::AuthorizerSettings& authorizers, const GatewaySettings& gateway) {
  for (const auto& [name, setting] : authorizers.named) {
    const auto* function = std::get_if<gateway::FunctionAuthorizerSettings>(&setting);
    if (function != nullptr && !has_function(gateway, function->function))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{}: there is no [function.{}]; add it, or correct the name",
                              function->place, function->function));
  }
  for (const gateway::RouteSettings& route : gateway.routes)
    if (route.authorizer != gateway::RouteSettings::kNone &&
        route.authorizer != gateway::AuthorizerSettings::kIdentity &&
        !authorizers.named.contains(route.authorizer))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{}: there is no [authorizer.{}]; add it, or write \"jwt\" or "
                              "\"none\"",
                              route.place, route.authorizer));
  return {};
}

}  // namespace tintype
