#include "function/tidy_function.h"

namespace tintype::function {
namespace {

// When the store fails for longer than all attempts take, the next ones begin so much later.
constexpr std::chrono::milliseconds kOrderedAgainAfter = std::chrono::hours(1);

}  // namespace

TidyFunction::TidyFunction(Collection collection, Parts parts)
    : collection_(std::move(collection)),
      name_(tidy_function_name(collection_.name)),
      parts_(std::move(parts)) {}

std::string tidy_function_name(std::string_view collection) {
  return "tidy:" + std::string(collection);
}

Status order_tidying(sql::Session& session, event::Queue& queue, std::string_view collection,
                     const event::Record& record, Instant due_at) {
  event::Record ended = record;
  ended.name = "Upload:Ended";  // docs/formats/event.md.
  return within("order tidying",
                queue.push(session, ended, {tidy_function_name(collection)}, due_at));
}

Status TidyFunction::run(const event::Lease& lease) {
  // Before the manifest is read: what was named before `now` is named in what we read.
  const Instant now = parts_.clock.now();
  TRY_LET(const auto key, bucket::Key::parse(lease.record.key));
  const auto place = bucket::parse_upload_key(key);
  if (!place || place->collection != collection_.name)
    return fail(ErrorCode::invalid_argument, "tidy: not a key of an upload");

  TRY(within("tidy source", remove_source(lease.record)));
  const auto later = within("tidy assets", remove_assets(*place, lease.record, now));
  if (!later) return std::unexpected(later.error());
  return parts_.database.write([&](sql::Session& session) -> Status {
    TRY(parts_.queue.complete(session, lease));
    if (!*later) return {};
    return order_tidying(session, parts_.queue, collection_.name, lease.record, **later);
  });
}

Status TidyFunction::remove_source(const event::Record& record) {
  if (collection_.keep_source) return {};
  TRY_LET(const auto bucket, bucket::BucketName::parse(record.bucket));
  TRY_LET(const auto key, bucket::Key::parse(record.key));
  const auto removed = parts_.store.remove(bucket, key, {.sequencer = record.sequencer});
  // Somebody wrote it again since: that is another upload, with its own end.
  if (removed || removed.error().code == ErrorCode::conflict) return {};
  return std::unexpected(removed.error());
}

Result<std::optional<Instant>> TidyFunction::remove_assets(const bucket::UploadPlace& place,
                                                           const event::Record& record,
                                                           Instant now) {
  Names named;
  const auto manifest = parts_.manifests.find(collection_.name, place.owner);
  if (!manifest && manifest.error().code != ErrorCode::not_found)
    return std::unexpected(manifest.error());
  if (manifest) {
    // Who took the picture away (removal.h) wants nothing kept.
    const auto kept =
        manifest->assets.empty() ? std::chrono::milliseconds(0) : collection_.replaced_kept;
    const Instant due_at = manifest->updated_at + tidied_after(kept);
    if (due_at > now) {
      // What it replaced is still to be kept. The upload that made it has ordered a tidying of its
      // own; that one is too early only if replaced_kept was raised since.
      const bool own =
          manifest->upload_id == place.upload_id && manifest->sequencer == record.sequencer;
      return own ? std::optional(due_at) : std::nullopt;
    }
    for (const Asset& asset : manifest->assets) named.insert(asset.key);
  }
  TRY(remove_unnamed(place.owner, named, now));
  return std::nullopt;
}

Status TidyFunction::remove_unnamed(const bucket::Owner& owner, const Names& named, Instant now) {
  bucket::ListQuery query;
  query.prefix = collection_.name + "/" + owner.segment() + "/";
  for (bool more = true; more;) {
    TRY_LET(const auto page, parts_.assets.list(parts_.assets_bucket, query));
    for (const bucket::ObjectInfo& object : page.objects) {
      if (!bucket::parse_asset_key(object.key)) continue;  // Not ours.
      if (named.contains(object.key.str())) continue;
      if (object.modified_at + kAssetUntouched > now) continue;
      const auto removed =
          parts_.assets.remove(parts_.assets_bucket, object.key, {.sequencer = object.sequencer});
      // Somebody wrote it again since we looked, and will name it.
      if (!removed && removed.error().code != ErrorCode::conflict)
        return std::unexpected(removed.error());
    }
    more = page.truncated;
    query.after = page.next_after;
  }
  return {};
}

Status TidyFunction::buried(sql::Session& session, const event::Lease& lease, const Error& reason) {
  if (is_permanent(reason.code)) return {};
  return order_tidying(session, parts_.queue, collection_.name, lease.record,
                       parts_.clock.now() + kOrderedAgainAfter);
}

}  // namespace tintype::function
