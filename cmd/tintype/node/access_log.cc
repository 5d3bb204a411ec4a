#include "node/access_log.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/log.h"

namespace tintype {
namespace {

constexpr std::string_view kGateway = "gateway";
constexpr std::size_t kPathSizeMax = 1024;  // Of a path in the log.

/// "2xx"
std::string class_of(int status) { return std::to_string(status / 100) + "xx"; }

/// The series of each kind of exchange. Finding one in the registry takes longer than all else that
/// is done for a request here, so that what was found is kept. Thread-safe.
class Counts {
 public:
  explicit Counts(metrics::Registry& registry) : registry_(registry) {}

  void count(const http::Exchange& exchange) {
    const double seconds = std::chrono::duration<double>(exchange.duration).count();
    const Series series = find(exchange);
    series.requests.add();
    series.seconds.observe(seconds);
    if (series.route_requests) series.route_requests->add();
    if (series.route_seconds) series.route_seconds->observe(seconds);
    if (series.refusals) series.refusals->add();
  }

 private:
  /// Listener, status, route and problem; the last two of the gateway's alone.
  using Kind = std::tuple<std::string_view, int, std::string_view, std::string_view>;
  struct Series {
    metrics::Counter requests;
    metrics::Histogram seconds;
    std::optional<metrics::Counter> route_requests;
    std::optional<metrics::Histogram> route_seconds;
    std::optional<metrics::Counter> refusals;
  };
  struct Kept {
    std::string listener, route, problem;  // What the key refers to.
    Series series;
  };
  /// More than there are; whoever can make up statuses or codes does not get memory for them.
  static constexpr std::size_t kKindsMax = 1024;

  Series find(const http::Exchange& exchange) {
    const bool is_gateway = exchange.listener == kGateway;
    const std::string_view route = is_gateway ? exchange.request.remarks.route : std::string_view();
    const std::string_view problem = is_gateway ? exchange.problem_code : std::string_view();
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(Kind{exchange.listener, exchange.status, route, problem});
    if (found != kept_.end()) return found->second->series;
    if (kept_.size() >= kKindsMax) kept_.clear();
    auto kept = std::make_unique<Kept>(Kept{.listener = std::string(exchange.listener),
                                            .route = std::string(route),
                                            .problem = std::string(problem),
                                            .series = make(exchange)});
    const Kind kind{kept->listener, exchange.status, kept->route, kept->problem};
    return kept_.emplace(kind, std::move(kept)).first->second->series;
  }

  Series make(const http::Exchange& exchange) {
    const std::string listener(exchange.listener);
    Series series{.requests = registry_.counter(
                      "tintype_http_requests_total", "Requests answered",
                      {{"listener", listener}, {"status", std::to_string(exchange.status)}}),
                  .seconds = registry_.histogram(
                      "tintype_http_request_seconds", "Time from the head of a request to its end",
                      metrics::duration_bounds(), {{"listener", listener}}),
                  .route_requests = {},
                  .route_seconds = {},
                  .refusals = {}};
    if (listener != kGateway) return series;
    const std::string& key = exchange.request.remarks.route;
    const std::string route = key.empty() ? "(none)" : key;
    series.route_requests = registry_.counter(
        "tintype_gateway_requests_total", "Requests answered by the gateway, by route",
        {{"route", route}, {"status", class_of(exchange.status)}});
    series.route_seconds = registry_.histogram(
        "tintype_gateway_request_seconds", "Time from the head of a request to its end, by route",
        metrics::duration_bounds(), {{"route", route}});
    if (!exchange.problem_code.empty())
      series.refusals = registry_.counter("tintype_gateway_refusals_total",
                                          "Problems answered by the gateway, by code",
                                          {{"code", std::string(exchange.problem_code)}});
    return series;
  }

  metrics::Registry& registry_;
  std::mutex mutex_;  // Guards kept_.
  std::map<Kind, std::unique_ptr<Kept>> kept_;
};

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
  // Shared by the observer's copies.
  auto counts = std::make_shared<Counts>(registry);
  return [counts = std::move(counts), access_log](const http::Exchange& exchange) {
    counts->count(exchange);
    // 503 is how a full or starting node copes; a 500 is for a person to look at.
    const bool is_logged = exchange.status == 500 || access_log;
    const LogLevel level = exchange.status == 500          ? LogLevel::error
                           : exchange.listener == kGateway ? LogLevel::info
                                                           : LogLevel::debug;
    if (is_logged) write_line(level, exchange);
  };
}

}  // namespace tintype
