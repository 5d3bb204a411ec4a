// What the stack file says of the gateway: [[route]], [function.NAME], [throttle]. Each reader
// names file, line, setting, value and remedy in its errors.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "gateway/throttling.h"

namespace tintype::gateway {

/// What only a route to a server has.
struct HttpRouteSettings {
  std::string url;
  std::size_t retries = 1;                         ///< Of safe requests, besides the first try.
  std::chrono::milliseconds timeout{30'000};       ///< Until the answer begins.
  std::chrono::milliseconds idle_timeout{60'000};  ///< Without a byte of a body.
  bool pass_authorization = false;
  bool pass_host = false;
  bool websocket = true;
  std::string ca_file = {};
};

/// One [[route]].
struct RouteSettings {
  static constexpr const char* kJwt = "jwt";
  static constexpr const char* kNone = "none";

  std::string method;  ///< "GET", or "ANY".
  std::string path;    ///< "/api/{proxy+}", or "$default" for what no other route takes.
  /// "jwt", the name of an [authorizer.NAME], or "none", which must be written.
  std::string authorizer = kJwt;
  std::vector<std::string> scopes;
  std::string function;    ///< Of a [function.NAME]; empty: `http` it is.
  HttpRouteSettings http;  ///< `url` is empty if `function` is not.
  std::uint64_t body_bytes_max = 0;
  ThrottlePolicy throttle;
  std::string place;  ///< Of `match` in the stack file, for errors that show later.
};

/// Reads one [[route]]. Whether its authorizer and its function exist is for the caller to see.
Result<RouteSettings> read_route(const config::Table& table);

/// One [function.NAME]: `url` or `command`, never both.
struct FunctionSettings {
  std::string name;
  std::string url;                       ///< Of a Lambda Invoke API.
  std::vector<std::string> command;      ///< Of a Lambda runtime client.
  std::string folder;                    ///< In which the command runs.
  std::string handler;                   ///< _HANDLER for the command.
  std::vector<std::string> environment;  ///< "NAME=value" for the command.
  std::size_t concurrency_max = 0;       ///< Invocations at once; of a command, its processes.
  std::size_t waiting_max = 0;
  std::chrono::milliseconds timeout{};
};
Result<FunctionSettings> read_function(const std::string& name, const config::Table& table);

/// [throttle]: over all routes.
Result<ThrottlePolicy> read_throttle(const config::Table& table);

}  // namespace tintype::gateway
