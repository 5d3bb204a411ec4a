#include "node/housekeeping.h"

#include <chrono>

#include "base/log.h"
#include "bucket/lifecycle/sweep.h"
#include "bucket/s3/rule/bucket_rules.h"
#include "node/parts.h"

namespace tintype {
namespace {

constexpr std::chrono::hours kSlotsKept{24 * 7};  // After their end, for who still asks.
/// Uploads in parts that no slot knows of: those of S3's clients.
constexpr std::chrono::hours kMultipartsKept{24 * 7};

void log_failure(std::string_view event, const Error& error) {
  log(LogLevel::error, event, {{"reason", error.message}});
}

}  // namespace

Housekeeping::Housekeeping(std::function<void()> work, std::chrono::milliseconds pause)
    : thread_([this, pause, work = std::move(work)](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        do {
          work();
        } while (!stopped_.wait_for(lock, stop, pause, [] { return false; }) &&
                 !stop.stop_requested());
      }) {}

namespace {

Status obey_lifecycle(NodeParts& parts, const bucket::BucketName& bucket) {
  TRY_LET(const auto rules, bucket::read_lifecycle_rules(parts.store->settings(), bucket));
  TRY_LET(const bucket::Swept swept,
          bucket::sweep_bucket(*parts.store, bucket, rules, parts.clock.now()));
  if (swept.objects + swept.versions + swept.uploads > 0)
    log(LogLevel::info, "lifecycle obeyed",
        {{"bucket", bucket.str()},
         {"objects", swept.objects},
         {"versions", swept.versions},
         {"uploads", swept.uploads}});
  return {};
}

}  // namespace

void obey_lifecycles(NodeParts& parts) {
  const auto buckets = parts.store->buckets();
  if (!buckets) return log_failure("lifecycles not obeyed", buckets.error());
  for (const bucket::BucketInfo& bucket : *buckets) {
    const Status obeyed = obey_lifecycle(parts, bucket.name);
    if (!obeyed && obeyed.error().code != ErrorCode::not_found)  // It has gone meanwhile.
      log_failure("lifecycle of '" + bucket.name.str() + "' not obeyed", obeyed.error());
  }
}

void look_at_certificate(NodeParts& parts) {
  if (!parts.tls) return;
  const auto reloaded = parts.tls->reload_if_changed(parts.clock.now());
  if (!reloaded)
    log_failure("certificate not reloaded", reloaded.error());
  else if (*reloaded)
    log(LogLevel::info, "certificate reloaded", {});
}

void look_at_keys(NodeParts& parts) {
  if (const auto looked = parts.issuer->issuer().keys().look(parts.clock.now()); !looked)
    log_failure("issuer's keys not looked at", looked.error());
}

void keep_house(NodeParts& parts) {
  // Parts first: a slot that still has some is not swept.
  if (const auto swept = parts.upload_api->sweep_parts(); !swept)
    log_failure("parts of ended uploads could not be removed", swept.error());
  const Instant abandoned_before = parts.clock.now() - kMultipartsKept;
  if (const auto aborted = parts.store->multiparts().abort_older(abandoned_before); !aborted)
    log_failure("abandoned uploads in parts could not be aborted", aborted.error());
  if (const auto swept = parts.slots->sweep(kSlotsKept); !swept)
    log_failure("slots could not be swept", swept.error());
  if (const auto swept = parts.people->deletions.sweep(); !swept)
    log_failure("deletions could not be swept", swept.error());
  if (const auto swept = parts.issuer->sweep(); !swept)
    log_failure("sessions could not be swept", swept.error());
  if (const auto pruned = parts.queue->prune({}); !pruned)
    log_failure("invocations could not be pruned", pruned.error());
}

}  // namespace tintype
