// What is kept of every exchange, once it is over:
//
//   tintype_http_requests_total{listener,status}        and tintype_http_request_seconds{listener}
//   tintype_gateway_requests_total{route,status}        by status class, "2xx"; and
//   tintype_gateway_request_seconds{route}              route: its key, or "(none)"
//   tintype_gateway_refusals_total{code}                by the problem's code: "invalid_token", ...
//
// and one line in the log. Never in it: a query (it may hold a signature), a header, a body.
#pragma once

#include "http/server.h"
#include "metrics/registry.h"

namespace tintype {

/// `registry` outlives the observer. Without `access_log`, only a 500 has a line.
http::Observer exchange_observer(metrics::Registry& registry, bool access_log);

}  // namespace tintype
