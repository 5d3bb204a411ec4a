#include "node/gauges.h"

#include "base/log.h"
#include "node/parts.h"

namespace tintype {
namespace {

void set(metrics::Registry& registry, std::string_view name, std::string_view help,
         const metrics::Labels& labels, double value) {
  registry.gauge(name, help, labels).set(value);
}

void refresh_workers(NodeParts& parts) {
  const worker::Pool::Counts counts = parts.workers->counts();
  constexpr std::string_view kName = "tintype_workers";
  constexpr std::string_view kHelp = "Workers by state";
  set(parts.registry, kName, kHelp, {{"state", "idle"}}, static_cast<double>(counts.idle));
  set(parts.registry, kName, kHelp, {{"state", "busy"}}, static_cast<double>(counts.busy));
  set(parts.registry, "tintype_worker_faults",
      "Workers that crashed or ran out of time, since the start", {},
      static_cast<double>(counts.faults));
}

void refresh_invocations(NodeParts& parts) {
  const auto counts = parts.queue->counts();
  if (!counts) {
    log(LogLevel::error, "queue could not be counted", {{"reason", counts.error().message}});
    return;
  }
  constexpr std::string_view kName = "tintype_invocations";
  constexpr std::string_view kHelp = "Invocations by state";
  set(parts.registry, kName, kHelp, {{"state", "ready"}}, static_cast<double>(counts->ready));
  set(parts.registry, kName, kHelp, {{"state", "leased"}}, static_cast<double>(counts->leased));
  set(parts.registry, kName, kHelp, {{"state", "dead"}}, static_cast<double>(counts->dead));
}

}  // namespace

Status readiness(NodeParts& parts) {
  if (!parts.workers->ready()) return fail(ErrorCode::unavailable, "no worker is warm yet");
  TRY(parts.queue->counts());
  return {};
}

void refresh_gauges(NodeParts& parts) {
  refresh_workers(parts);
  refresh_invocations(parts);
}

}  // namespace tintype
