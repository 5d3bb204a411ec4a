#pragma once

#include <functional>
#include <string>

#include "base/blocking_pool.h"
#include "http/message.h"
#include "metrics/registry.h"

namespace tintype {

/// The handler of the ops listener:
///   /healthz   200 while the process answers
///   /readyz    200 once `ready` says so, else 503
///   /metrics   Prometheus's text format; `refresh` sets the gauges first, on the pool
///   /routes    the gateway's routes: [{"stage","method","path","open"}]
struct OpsOptions {
  std::function<Status()> ready;
  std::function<void()> refresh;
  std::string routes_json;
};
http::Handler ops_handler(OpsOptions options, metrics::Registry& registry, BlockingPool& pool);

}  // namespace tintype
