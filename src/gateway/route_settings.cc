#include "gateway/route_settings.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "gateway/function_client.h"
#include "gateway/route_table.h"

namespace tintype::gateway {

namespace {

constexpr std::int64_t kRetriesMax = 5;
constexpr std::int64_t kBodyCeiling = 5LL << 30;
constexpr std::int64_t kHttpBodyMax = 10 << 20;  // API Gateway's limit, unless somebody says more.
constexpr std::chrono::milliseconds kTimeoutMin{100};
constexpr std::chrono::milliseconds kTimeoutMax{15 * 60'000};  // Of a Lambda function.
constexpr std::int64_t kProcessesMax = 64;
constexpr std::int64_t kConcurrencyMax = 256;
constexpr std::int64_t kWaitingMax = 100'000;

Result<std::chrono::milliseconds> read_timeout(const config::Table& table, std::string_view key,
                                               std::chrono::milliseconds missing) {
  TRY_LET(const auto timeout, table.duration(key, missing));
  if (timeout < kTimeoutMin || timeout > kTimeoutMax)
    return table.error(key, "out of range; write \"100ms\" to \"15m\"");
  return timeout;
}

/// "ANY /api/{proxy+}", or "$default".
Status read_match(const config::Table& table, RouteSettings& route) {
  constexpr std::string_view kKey = "match";
  constexpr std::array<std::string_view, 6> kMethods = {"ANY", "GET",   "POST",
                                                        "PUT", "PATCH", "DELETE"};
  TRY_LET(const std::string match, table.text(kKey));
  route.place = table.place(kKey);
  if (match == kDefaultPath) {
    route.method = "ANY";
    route.path = match;
    return {};
  }
  const std::size_t space = match.find(' ');
  route.method = match.substr(0, space);
  if (space == std::string::npos || std::ranges::find(kMethods, route.method) == kMethods.end())
    return table.error(kKey,
                       "write ANY, GET, POST, PUT, PATCH or DELETE, a space and a path, such as "
                       "\"ANY /api/{proxy+}\", or \"$default\"");
  route.path = match.substr(space + 1);
  if (const auto pattern = Pattern::parse(route.path); !pattern)
    return table.error(kKey, pattern.error().message);
  return {};
}

Result<HttpRouteSettings> read_http(const config::Table& table) {
  HttpRouteSettings http;
  TRY_LET(http.url, table.text("http"));
  if (!http.url.starts_with("http://") && !http.url.starts_with("https://"))
    return table.error("http", "not a URL; write for example \"http://127.0.0.1:4567\"");
  TRY_LET(const std::int64_t retries, table.integer("retries", {0, kRetriesMax}, 1));
  http.retries = static_cast<std::size_t>(retries);
  TRY_LET(http.timeout, read_timeout(table, "timeout", http.timeout));
  TRY_LET(http.idle_timeout, read_timeout(table, "idle_timeout", http.idle_timeout));
  TRY_LET(http.pass_authorization, table.boolean("pass_authorization", false));
  TRY_LET(http.pass_host, table.boolean("pass_host", false));
  TRY_LET(http.websocket, table.boolean("websocket", true));
  TRY_LET(http.ca_file, table.text("ca_file", ""));
  return http;
}

Status read_integration(const config::Table& table, RouteSettings& route) {
  const bool is_http = table.has("http");
  if (is_http == table.has("function"))
    return table.error(is_http ? "function" : "http",
                       is_http ? "a route has one integration; write http or function, not both"
                               : "the route leads nowhere; write http = \"http://...\" or function "
                                 "= \"NAME\"");
  if (is_http) {
    TRY_LET(route.http, read_http(table));
    TRY_LET(const std::int64_t body, table.size_bytes("body_max", {0, kBodyCeiling}, kHttpBodyMax));
    route.body_bytes_max = static_cast<std::uint64_t>(body);
    return {};
  }
  for (const std::string_view key : {"timeout", "retries"})
    if (table.has(key))
      return table.error(key,
                         "is of an http route; a function has its timeout in its own section, "
                         "and is never asked twice");
  constexpr std::int64_t kMax = FunctionClient::kPayloadSizeMax;
  TRY_LET(route.function, table.text("function"));
  TRY_LET(const std::int64_t body, table.size_bytes("body_max", {0, kMax}, kMax));
  route.body_bytes_max = static_cast<std::uint64_t>(body);
  return {};
}

Status read_access(const config::Table& table, RouteSettings& route) {
  TRY_LET(route.authorizer, table.text("authorizer", RouteSettings::kJwt));
  if (route.authorizer.empty())
    return table.error("authorizer",
                       "names none; leave it out for \"jwt\", or write \"none\" for a route that "
                       "is open to everybody");
  TRY_LET(route.scopes, table.texts("scopes", std::vector<std::string>{}));
  for (const std::string& scope : route.scopes)
    if (scope.empty() || scope.find_first_of(" \t\"\\") != std::string::npos)
      return table.error("scopes", "a scope is one word, without quotes");
  if (!route.scopes.empty() && route.authorizer == RouteSettings::kNone)
    return table.error("scopes", "nobody has scopes where authorizer is \"none\"; remove one");
  return {};
}

bool is_function_name(std::string_view name) {
  // Lambda's own names, so that the ARN is one.
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Status read_command(const config::Table& table, FunctionSettings& function) {
  TRY_LET(function.command, table.texts("command"));
  if (function.command.empty() || function.command.front().empty())
    return table.error("command", "names no program; write for example [\"ruby\", \"main.rb\"]");
  TRY_LET(function.folder, table.text("folder", ""));
  TRY_LET(function.handler, table.text("handler", ""));
  TRY_LET(function.environment, table.texts("environment", std::vector<std::string>{}));
  for (const std::string& variable : function.environment)
    if (variable.find('=') == std::string::npos || variable.starts_with('='))
      return table.error("environment", "'" + variable + "' is none; write \"NAME=value\"");
  TRY_LET(const std::int64_t processes, table.integer("processes", {1, kProcessesMax}, 1));
  function.concurrency_max = static_cast<std::size_t>(processes);
  return {};
}

}  // namespace

Result<RouteSettings> read_route(const config::Table& table) {
  RouteSettings route;
  TRY(read_match(table, route));
  TRY(read_access(table, route));
  TRY(read_integration(table, route));
  TRY_LET(route.throttle.everybody, read_rate(table, "throttle", {}));
  TRY_LET(route.throttle.identity, read_rate(table, "throttle_identity", {}));
  TRY_LET(route.throttle.address, read_rate(table, "throttle_address", {}));
  if (route.throttle.identity && route.authorizer == RouteSettings::kNone)
    return table.error("throttle_identity",
                       "nobody is known where authorizer is \"none\"; write throttle_address");
  return route;
}

Result<FunctionSettings> read_function(const std::string& name, const config::Table& table) {
  FunctionSettings function;
  function.name = name;
  if (!is_function_name(name))
    return fail(
        ErrorCode::invalid_argument,
        table.place("url") + ": a function's name is 1 to 64 of a-z A-Z 0-9 - _; rename it");
  const bool is_remote = table.has("url");
  if (is_remote == table.has("command"))
    return table.error(is_remote ? "command" : "url",
                       is_remote ? "a function is at a URL or a command, not both; remove one"
                                 : "says not where it is; write url = \"http://...\" or command = "
                                   "[\"ruby\", \"main.rb\"]");
  if (is_remote) {
    TRY_LET(function.url, table.text("url"));
    if (!function.url.starts_with("http://") && !function.url.starts_with("https://"))
      return table.error("url",
                         "not a URL; write for example "
                         "\"http://127.0.0.1:9001/2015-03-31/functions/function/invocations\"");
    TRY_LET(const std::int64_t at_once, table.integer("concurrency", {1, kConcurrencyMax}, 16));
    function.concurrency_max = static_cast<std::size_t>(at_once);
  } else {
    TRY(read_command(table, function));
  }
  TRY_LET(const std::int64_t waiting, table.integer("waiting_max", {1, kWaitingMax}, 256));
  function.waiting_max = static_cast<std::size_t>(waiting);
  TRY_LET(function.timeout, read_timeout(table, "timeout", std::chrono::milliseconds(29'000)));
  return function;
}

Result<ThrottlePolicy> read_throttle(const config::Table& table) {
  ThrottlePolicy policy;
  TRY_LET(policy.everybody, read_rate(table, "everybody", {}));
  TRY_LET(policy.identity, read_rate(table, "identity", {}));
  TRY_LET(policy.address, read_rate(table, "address", {}));
  return policy;
}

}  // namespace tintype::gateway
