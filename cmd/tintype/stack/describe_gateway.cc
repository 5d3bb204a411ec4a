#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <string_view>

#include "stack/describe.h"

namespace tintype {
namespace {

std::string to_text(const std::optional<gateway::Rate>& rate) {
  return rate ? to_string(*rate) : "none";
}

std::string describe_route(const gateway::RouteSettings& route) {
  const bool is_default = route.path.starts_with('$');
  std::string text =
      fmt::format("route {}\n  authorizer  {}\n",
                  is_default ? route.path : route.method + " " + route.path, route.authorizer);
  if (!route.scopes.empty())
    text += fmt::format("  scopes      [{}]\n", fmt::join(route.scopes, ", "));
  if (route.function.empty()) {
    text += fmt::format("  http        {}\n  timeout     {} ms\n  retries     {}\n", route.http.url,
                        route.http.timeout.count(), route.http.retries);
  } else {
    text += fmt::format("  function    {}\n", route.function);
  }
  text += fmt::format("  body_max    {} bytes\n", route.body_bytes_max);
  text += fmt::format("  throttle    {}; each identity {}; each address {}\n",
                      to_text(route.throttle.everybody), to_text(route.throttle.identity),
                      to_text(route.throttle.address));
  return text;
}

std::string describe_function(const gateway::FunctionSettings& function) {
  std::string text = fmt::format("function.{}\n", function.name);
  // The environment may hold secrets.
  text += function.url.empty()
              ? fmt::format("  command     [{}]\n  processes   {}\n",
                            fmt::join(function.command, ", "), function.concurrency_max)
              : fmt::format("  url         {}\n  concurrency {}\n", function.url,
                            function.concurrency_max);
  return text + fmt::format("  timeout     {} ms\n", function.timeout.count());
}

}  // namespace

std::string describe(const GatewaySettings& settings) {
  std::string text = fmt::format("gateway.access_log {}\n", settings.access_log);
  text += fmt::format("gateway.tls       {}\ngateway.trusts    {}\n",
                      settings.tls ? settings.tls->certificate.string() : "none",
                      settings.trusted ? "the proxies of trusted_proxies" : "no proxy");
  text += fmt::format("throttle          {}; each identity {}; each address {}\n",
                      to_text(settings.throttle.everybody), to_text(settings.throttle.identity),
                      to_text(settings.throttle.address));
  for (const auto& function : settings.functions) text += describe_function(function);
  for (const auto& route : settings.routes) text += describe_route(route);
  return text;
}

}  // namespace tintype
