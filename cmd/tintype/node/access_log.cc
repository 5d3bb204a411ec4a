#include "node/access_log.h"

#include <chrono>
#include <string>
#include <string_view>

#include "base/log.h"

namespace tintype {
namespace {

constexpr std::string_view kGateway = "gateway";
constexpr std::size_t kPathSizeMax = 1024;  // Of a path in the log.

/// "2xx"
std::string class_of(int status) { return std::to_string(status / 100) + "xx"; }

void count(metrics::Registry& registry, const http::Exchange& exchange) {
  const double seconds = std::chrono::duration<double>(exchange.duration).count();
  registry
      .counter("tintype_http_requests_total", "Requests answered",
               {{"listener", exchange.listener}, {"status", std::to_string(exchange.status)}})
      .add();
  registry
      .histogram("tintype_http_request_seconds", "Time from the head of a request to its end",
                 metrics::duration_bounds(), {{"listener", exchange.listener}})
      .observe(seconds);
  if (exchange.listener != kGateway) return;
  const std::string& key = exchange.request.remarks.route;
  const std::string route = key.empty() ? "(none)" : key;
  registry
      .counter("tintype_gateway_requests_total", "Requests answered by the gateway, by route",
               {{"route", route}, {"status", class_of(exchange.status)}})
      .add();
  registry
      .histogram("tintype_gateway_request_seconds",
                 "Time from the head of a request to its end, by route", metrics::duration_bounds(),
                 {{"route", route}})
      .observe(seconds);
  if (!exchange.problem_code.empty())
    registry
        .counter("tintype_gateway_refusals_total", "Problems answered by the gateway, by code",
                 {{"code", exchange.problem_code}})
        .add();
}

void write_line(LogLevel level, const http::Exchange& exchange) {
  const http::Request& request = exchange.request;
  log(level, "request served",
      {{"listener", exchange.listener},
       {"request", request.id},
       {"method", request.method},
       {"path", std::string_view(request.path).substr(0, kPathSizeMax)},
       {"route", request.remarks.route},
       {"status", exchange.status},
       {"problem", exchange.problem_code},
       {"bytes", exchange.body_bytes_sent},
       {"duration_us", exchange.duration.count()},
       {"remote", request.remote_address},
       {"sub", request.remarks.subject},
       {"trace", request.headers.find("traceparent").value_or("").substr(0, 55)}});
}

}  // namespace

http::Observer exchange_observer(metrics::Registry& registry, bool access_log) {
  return [&registry, access_log](const http::Exchange& exchange) {
    count(registry, exchange);
    // 503 is how a full or starting node copes; a 500 is for a person to look at.
    const bool is_logged = exchange.status == 500 || access_log;
    const LogLevel level = exchange.status == 500          ? LogLevel::error
                           : exchange.listener == kGateway ? LogLevel::info
                                                           : LogLevel::debug;
    if (is_logged) write_line(level, exchange);
  };
}

}  // namespace tintype
