#include "function/removal.h"

#include <utility>

#include "base/log.h"
#include "base/random.h"
#include "function/collection.h"
#include "function/tidy_function.h"

namespace tintype::function {

Removal::Removal(std::string collection, Parts parts)
    : collection_(std::move(collection)), parts_(std::move(parts)) {}

/// The greatest sequencer of the owner's sources; empty if none is there. One that was deleted has
/// come to its end and can do nothing any more.
Result<std::string> Removal::newest_arrival(const bucket::Owner& owner) const {
  std::string newest;
  bucket::ListQuery query;
  query.prefix = collection_ + "/" + owner.segment() + "/";
  for (bool more = true; more;) {
    TRY_LET(const auto page, parts_.store.list(parts_.uploads_bucket, query));
    for (const bucket::ObjectInfo& object : page.objects)
      if (event::compare_sequencers(object.sequencer, newest) > 0) newest = object.sequencer;
    more = page.truncated;
    query.after = page.next_after;
  }
  return newest;
}

Result<bool> Removal::remove(const bucket::Owner& owner) {
  const std::string context = "remove picture of '" + owner.segment() + "'";
  TRY_LET(const std::string newest, within(context, newest_arrival(owner)));
  const Instant now = parts_.clock.now();
  // Ids sort as they were made: beside an upload of the same sequencer, the removal is the later.
  const std::string removal_id = make_id();
  std::vector<Asset> removed;
  auto done = parts_.database.write([&](sql::Session& session) -> Result<bool> {
    const auto current = parts_.manifests.find(session, collection_, owner);
    if (!current && current.error().code != ErrorCode::not_found)
      return std::unexpected(current.error());
    const bool shows = current && !current->assets.empty();
    if (!shows && newest.empty()) return false;
    Manifest next{.collection = collection_,
                  .owner = owner,
                  .upload_id = removal_id,
                  .sequencer = newest,
                  .assets = {},
                  .updated_at = now};
    if (current && event::compare_sequencers(current->sequencer, next.sequencer) > 0)
      next.sequencer = current->sequencer;
    TRY(parts_.manifests.swap(session, next));
    if (shows) removed = current->assets;
    event::Record ended;
    ended.bucket = parts_.uploads_bucket.str();
    ended.key = bucket::upload_key(collection_, owner, removal_id, "gone").str();
    ended.sequencer = next.sequencer;
    ended.time = now;
    TRY(order_tidying(session, parts_.queue, collection_, ended,
                      now + tidied_after(std::chrono::milliseconds(0))));
    return true;
  });
  if (!done) return within(context, std::move(done));
  remove_assets(removed, now);
  return done;
}

/// No attempt relies on an old one: it would write it again first (collection.h). What fails here,
/// and what is young, the tidy function finds.
void Removal::remove_assets(const std::vector<Asset>& assets, Instant now) {
  for (const Asset& asset : assets) {
    const auto removed = [&]() -> Status {
      TRY_LET(const auto key, bucket::Key::parse(asset.key));
      TRY_LET(const auto object, parts_.assets.head(parts_.assets_bucket, key));
      if (object.modified_at + kAssetUntouched > now) return {};
      TRY(parts_.assets.remove(parts_.assets_bucket, key, {.sequencer = object.sequencer}));
      return {};
    }();
    if (!removed && removed.error().code != ErrorCode::not_found &&
        removed.error().code != ErrorCode::conflict)
      log(LogLevel::warning, "asset removal postponed",
          {{"key", asset.key}, {"reason", removed.error().message}});
  }
}

}  // namespace tintype::function
