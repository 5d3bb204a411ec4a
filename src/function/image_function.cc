#include "function/image_function.h"

#include <chrono>
#include <latch>
#include <memory>

#include "base/log.h"
#include "crypto/digest.h"
#include "function/tidy_function.h"

namespace tintype::function {

/// One attempt, with what its record says, parsed.
struct ImageFunction::Attempt {
  const event::Lease& lease;
  bucket::BucketName bucket;
  bucket::Key key;
  bucket::UploadPlace place;
  Instant started;
};

namespace {

/// Whose upload the record tells of; nothing if its key is not one that upload_key made.
std::optional<bucket::UploadPlace> place_of(const event::Record& record) {
  const auto key = bucket::Key::parse(record.key);
  return key ? bucket::parse_upload_key(*key) : std::nullopt;
}

/// Calls `work` with 0 to count-1, all at the same time as far as the pool has room: what they
/// write shares its commits.
void run_together(BlockingPool& pool, std::size_t count,
                  const std::function<void(std::size_t)>& work) {
  // Shared: who counts down last still touches it while the one who waited goes on.
  const auto done = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(count));
  for (std::size_t i = 1; i < count; ++i) {
    const auto task = [&work, done, i]() noexcept {
      work(i);
      done->count_down();
    };
    if (!pool.try_post(task)) task();
  }
  const auto first = [&work, &done]() noexcept {
    work(0);
    done->arrive_and_wait();
  };
  if (count > 0) first();
}

}  // namespace

std::string image_function_name(std::string_view collection) {
  return "image:" + std::string(collection);
}

ImageFunction::ImageFunction(Collection collection, Parts parts)
    : collection_(std::move(collection)),
      name_(image_function_name(collection_.name)),
      parts_(std::move(parts)) {}

Status ImageFunction::leased(sql::Session& session, const event::Lease& lease) {
  const auto place = place_of(lease.record);
  return place ? parts_.progress.processing(session, place->upload_id) : Status();
}

Status ImageFunction::run(const event::Lease& lease) {
  TRY_LET(const Attempt attempt, begin(lease));
  const event::Record& record = lease.record;
  parts_.progress.told(attempt.place.upload_id);  // What leased() added is on disk.

  // First what is known: an event that comes late or again costs no pixels.
  const auto current = parts_.manifests.find(collection_.name, attempt.place.owner);
  if (!current && current.error().code != ErrorCode::not_found)
    return std::unexpected(current.error());
  if (current) {
    const Manifest ours{.collection = collection_.name,
                        .owner = attempt.place.owner,
                        .upload_id = attempt.place.upload_id,
                        .sequencer = record.sequencer,
                        .assets = {},
                        .updated_at = {}};
    const auto order = compare_writes(ours, *current);
    if (order < 0) return supersede(attempt);
    if (order == 0) return publish(attempt, current->assets);
  }

  auto source = parts_.store.open(attempt.bucket, attempt.key);
  // Deleted since, by another delivery of this event that ended (then its slot has been told and
  // stays as it is) or by somebody's hand. Trying again would not bring it back.
  if (!source && source.error().code == ErrorCode::not_found) return supersede(attempt);
  if (!source) return std::unexpected(source.error());
  // Written again since. That write has an event of its own, which will tell the slot: it is the
  // same.
  if (source->info.sequencer != record.sequencer)
    return end(attempt, [](sql::Session&) { return Status(); });

  TRY_LET(const auto rendered, render(attempt, *source->content));
  TRY_LET(const auto assets, put_assets(attempt, rendered));
  return publish(attempt, assets);
}

Result<ImageFunction::Attempt> ImageFunction::begin(const event::Lease& lease) const {
  TRY_LET(auto bucket, bucket::BucketName::parse(lease.record.bucket));
  TRY_LET(auto key, bucket::Key::parse(lease.record.key));
  auto place = bucket::parse_upload_key(key);
  if (!place || place->collection != collection_.name)
    return fail(ErrorCode::invalid_argument, "image: not a key of an upload");
  // Without it nothing could tell an older upload from a newer one.
  if (lease.record.sequencer.empty())
    return fail(ErrorCode::invalid_argument, "image: the event has no sequencer");
  return Attempt{.lease = lease,
                 .bucket = std::move(bucket),
                 .key = std::move(key),
                 .place = *std::move(place),
                 .started = parts_.clock.now()};
}

/// All variants in all formats from one decode.
Result<worker::JobResult> ImageFunction::render(const Attempt& attempt, bucket::Content& source) {
  TRY_LET(const Fd file, within("fetch source", source.to_file()));
  worker::Job job;
  job.source = file.get();
  job.limits = collection_.limits;
  job.id = attempt.lease.invocation_id;
  for (const image::Variant& variant : collection_.variants) {
    for (const image::Format format : variant.formats)
      job.plans.push_back(variant.plan_for(format));
  }
  TRY_LET(auto rendered, within("render", parts_.workers.run(job)));
  if (rendered.variants.size() != job.plans.size())
    return fail(ErrorCode::internal, "render: not one variant for each plan");
  return rendered;
}

Result<std::vector<Asset>> ImageFunction::put_assets(const Attempt& attempt,
                                                     const worker::JobResult& rendered) {
  std::vector<Asset> assets;
  for (const image::Variant& variant : collection_.variants) {
    for (const image::Format format : variant.formats) {
      const worker::Variant& content = rendered.variants[assets.size()];
      const std::string hash = crypto::sha256_hex(as_bytes(content.bytes));
      const auto key = bucket::asset_key(collection_.name, attempt.place.owner, variant.name,
                                         std::string_view(hash).substr(0, bucket::kAssetHashSize),
                                         image::extension(format));
      assets.push_back({.variant = variant.name,
                        .type = std::string(image::media_type(format)),
                        .key = key.str(),
                        .width = content.width,
                        .height = content.height,
                        .size = static_cast<std::int64_t>(content.bytes.size())});
    }
  }
  std::vector<Status> results(assets.size());
  run_together(parts_.pool, assets.size(), [&](std::size_t i) {
    results[i] = put_asset(attempt, assets[i], rendered.variants[i]);
  });
  for (const Status& result : results) TRY(result);
  return assets;
}

Status ImageFunction::put_asset(const Attempt& attempt, const Asset& asset,
                                const worker::Variant& content) {
  TRY_LET(const auto key, bucket::Key::parse(asset.key));
  const auto present = parts_.assets.head(parts_.assets_bucket, key);
  if (!present && present.error().code != ErrorCode::not_found)
    return within("put asset '" + asset.key + "'", Status(std::unexpected(present.error())));
  // The key says what the content is. An earlier attempt wrote it; unless that is long ago, when
  // the tidying may be about to remove it: then writing it again keeps it.
  if (present && present->size == content.bytes.size() &&
      present->modified_at + kAttemptMax > attempt.started)
    return {};

  bucket::PutOptions options;
  options.content_type = asset.type;
  options.cache_control = "public, max-age=31536000, immutable";
  options.writer = {.principal = "tintype",
                    .remote_address = {},
                    .request_id = attempt.lease.invocation_id,
                    .presigned = false};
  const auto put = parts_.assets.put(parts_.assets_bucket, key, as_bytes(content.bytes), options);
  if (!put) return within("put asset '" + asset.key + "'", Status(std::unexpected(put.error())));
  return {};
}

/// Makes `assets` the owner's current ones, unless a newer upload was faster.
Status ImageFunction::publish(const Attempt& attempt, const std::vector<Asset>& assets) {
  return end(attempt, [&](sql::Session& session) -> Status {
    const Instant now = parts_.clock.now();
    if (now - attempt.started > kAttemptMax)
      return fail(ErrorCode::unavailable, "publish: the attempt took too long to trust its assets");
    const Manifest next{.collection = collection_.name,
                        .owner = attempt.place.owner,
                        .upload_id = attempt.place.upload_id,
                        .sequencer = attempt.lease.record.sequencer,
                        .assets = assets,
                        .updated_at = now};
    const auto replaced = parts_.manifests.swap(session, next);
    if (!replaced && replaced.error().code == ErrorCode::conflict)
      return parts_.progress.superseded(session, attempt.place.upload_id);
    if (!replaced) return std::unexpected(replaced.error());
    return parts_.progress.ready(session, attempt.place.upload_id, assets);
  });
}

Status ImageFunction::supersede(const Attempt& attempt) {
  return end(attempt, [&](sql::Session& session) {
    return parts_.progress.superseded(session, attempt.place.upload_id);
  });
}

/// The one way out: the effect, that it is done, and the order to tidy after it are one
/// transaction.
Status ImageFunction::end(const Attempt& attempt, const Effect& effect) {
  TRY(parts_.database.write([&](sql::Session& session) -> Status {
    TRY(parts_.queue.complete(session, attempt.lease));
    TRY(effect(session));
    // After the effect, so that it is due no earlier than what the effect replaced may go.
    return order_tidying(session, parts_.queue, collection_.name, attempt.lease.record,
                         parts_.clock.now() + tidied_after(collection_.replaced_kept));
  }));
  parts_.progress.told(attempt.place.upload_id);
  remove_source(attempt);
  return {};
}

void ImageFunction::remove_source(const Attempt& attempt) {
  if (collection_.keep_source) return;
  const auto removed = parts_.store.remove(attempt.bucket, attempt.key,
                                           {.sequencer = attempt.lease.record.sequencer});
  // Not that write any more: it is not ours to remove.
  if (removed || removed.error().code == ErrorCode::conflict) return;
  log(LogLevel::warning, "source removal postponed",
      {{"invocation", attempt.lease.invocation_id},
       {"upload", attempt.place.upload_id},
       {"reason", removed.error().message}});
}

Status ImageFunction::buried(sql::Session& session, const event::Lease& lease,
                             const Error& reason) {
  const auto place = place_of(lease.record);
  if (!place) return {};
  TRY(parts_.progress.failed(session, place->upload_id, reason.code));
  return order_tidying(session, parts_.queue, collection_.name, lease.record,
                       parts_.clock.now() + tidied_after(collection_.failed_kept));
}

void ImageFunction::settled(const event::Lease& lease) {
  if (const auto place = place_of(lease.record)) parts_.progress.told(place->upload_id);
}

}  // namespace tintype::function
