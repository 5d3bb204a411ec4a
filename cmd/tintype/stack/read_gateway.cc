#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "stack/sections.h"

namespace tintype {
namespace {

Result<std::vector<gateway::FunctionSettings>> read_functions(const config::Table& root) {
  TRY_LET(const auto sections, root.named_tables("function"));
  std::vector<gateway::FunctionSettings> functions;
  for (const auto& [name, section] : sections) {
    TRY_LET(gateway::FunctionSettings function, gateway::read_function(name, section));
    functions.push_back(std::move(function));
  }
  return functions;
}

Result<std::vector<gateway::RouteSettings>> read_routes(
    const config::Table& root, const std::vector<gateway::FunctionSettings>& functions) {
  TRY_LET(const auto sections, root.tables("route"));
  std::vector<gateway::RouteSettings> routes;
  for (const config::Table& section : sections) {
    TRY_LET(gateway::RouteSettings route, gateway::read_route(section));
    for (const gateway::RouteSettings& other : routes)
      if (other.method == route.method && other.path == route.path)
        return section.error("match", "another route has this; remove one of them");
    if (!route.function.empty() &&
        std::ranges::find(functions, route.function, &gateway::FunctionSettings::name) ==
            functions.end())
      return section.error("function", fmt::format("there is no [function.{}]; add it, or correct "
                                                   "the name",
                                                   route.function));
    routes.push_back(std::move(route));
  }
  return routes;
}

/// What [gateway] says of its listener.
Status read_listener(const config::Table& table, GatewaySettings& settings) {
  using Trusted = http::TrustedProxies;
  TRY_LET(const auto ranges, table.texts("trusted_proxies", std::vector<std::string>{}));
  TRY_LET(const auto field, table.choice("trusted_proxies_field", {"x-forwarded-for", "forwarded"},
                                         "x-forwarded-for"));
  auto trusted = Trusted::parse(
      ranges, field == "forwarded" ? Trusted::Field::forwarded : Trusted::Field::x_forwarded_for);
  if (!trusted) return table.error("trusted_proxies", trusted.error().message);
  if (!ranges.empty()) settings.trusted = std::make_shared<const Trusted>(*std::move(trusted));

  TRY_LET(const std::string certificate, table.text("tls_certificate", ""));
  TRY_LET(const std::string key, table.text("tls_key", ""));
  if (certificate.empty() != key.empty())
    return table.error(certificate.empty() ? "tls_key" : "tls_certificate",
                       "tls_certificate and tls_key are set together; give both or none");
  if (!certificate.empty())
    settings.tls = http::ServerTls::Files{.certificate = certificate, .key = key};
  return {};
}

}  // namespace

Result<GatewaySettings> read_gateway(const config::Table& root) {
  GatewaySettings settings;
  TRY_LET(settings.functions, read_functions(root));
  TRY_LET(settings.routes, read_routes(root, settings.functions));
  TRY_LET(const config::Table throttle, root.table("throttle"));
  TRY_LET(settings.throttle, gateway::read_throttle(throttle));
  TRY_LET(const config::Table table, root.table("gateway"));
  TRY_LET(settings.access_log, table.boolean("access_log", true));
  TRY(read_listener(table, settings));
  return settings;
}

}  // namespace tintype
