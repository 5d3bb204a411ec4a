#include "node/people_plugs.h"

#include <chrono>
#include <utility>

#include "base/assert.h"
#include "bucket/naming.h"

namespace tintype {
namespace {

// When a stage fails for longer than all attempts take, the next ones begin so much later.
constexpr std::chrono::milliseconds kOrderedAgainAfter = std::chrono::hours(1);

/// Whose deletion an event orders. Its key is the owner's segment, so that it is a key whatever the
/// subject is.
Result<bucket::Owner> owner_of(const event::Record& record) {
  return bucket::Owner::from_segment(record.key);
}

}  // namespace

Result<people::Pictures::OfPersons> PersonPictures::current(std::string_view collection,
                                                            const std::vector<std::string>& subs) {
  TRY_LET(const auto manifests, manifests_.find_all(collection, subs));
  OfPersons pictures;
  for (const function::Manifest& manifest : manifests) {
    if (manifest.assets.empty()) continue;
    auto& of_person = pictures[manifest.owner.str()];
    for (const function::Asset& asset : manifest.assets) {
      TRY_LET(const auto key, bucket::Key::parse(asset.key));
      of_person.push_back({.variant = asset.variant,
                           .type = asset.type,
                           .url = edge_url_ + bucket::asset_path(key),
                           .width = asset.width,
                           .height = asset.height,
                           .size = asset.size});
    }
  }
  return pictures;
}

std::string PersonPictures::alias_url(std::string_view collection, std::string_view sub,
                                      std::string_view variant) {
  const auto owner = bucket::Owner::parse(sub);
  ASSERT(owner);  // As for every caller of people's routes.
  return edge_url_ + "/" + std::string(collection) + "/" + owner->segment() + "/" +
         std::string(variant);
}

Status PersonBelongings::disown(sql::Session& session, std::string_view sub, Instant now) {
  TRY_LET(const auto owner, bucket::Owner::parse(sub));
  for (const std::string& collection : parts_.collections)
    TRY(parts_.manifests.close(session, collection, owner, now));
  return {};
}

/// Their credential goes with the row of the person, and with it every session and code: ON DELETE
/// CASCADE.
Status PersonBelongings::sign_out(sql::Session& /*session*/, std::string_view /*sub*/) {
  return {};
}

Status PersonBelongings::order(sql::Session& session, std::string_view sub, Instant due_at) {
  event::Record record;
  record.name = "Person:Deleted";  // docs/formats/event.md.
  record.bucket = parts_.assets_bucket.str();
  TRY_LET(const auto owner, bucket::Owner::parse(sub));
  record.key = owner.segment();
  record.time = due_at;
  return parts_.queue.push(session, record, {std::string(kDeletePerson)}, due_at);
}

Status PersonBelongings::remove_files(std::string_view sub) {
  TRY_LET(const auto owner, bucket::Owner::parse(sub));
  TRY(remove_from(parts_.uploads_bucket, owner.segment()));
  return parts_.remote_assets != nullptr ? remove_remote_assets(owner.segment())
                                         : remove_from(parts_.assets_bucket, owner.segment());
}

namespace {

void go_on(bucket::ListQuery& query, const bucket::ListPage& page) {
  query.after = page.next_after;
}
void go_on(bucket::VersionQuery& query, const bucket::VersionPage& page) {
  query.after_key = page.next_after_key;
  query.after_version_id = page.next_after_version_id;
}

/// Calls `use` with each page of what `list` answers to `query`, which is a Store's or a Versions'.
template <class Query, class List, class Use>
Status for_each_page(Query query, const List& list, const Use& use) {
  for (;;) {
    TRY_LET(const auto page, list(query));
    TRY(use(page));
    if (!page.truncated) return {};
    go_on(query, page);
  }
}

/// The pages of what lies under <collection>/<owner>/, of every collection that there is or was.
template <class Query, class List, class Use>
Status for_each_page_of(const std::string& owner_segment, const List& list, const Use& use) {
  return for_each_page(Query{.delimiter = "/"}, list, [&](const auto& collections) -> Status {
    for (const std::string& folder : collections.common_prefixes)
      TRY(for_each_page(Query{.prefix = folder + owner_segment + "/"}, list, use));
    return {};
  });
}

}  // namespace

/// With all older versions, and for good.
Status PersonBelongings::remove_from(const bucket::BucketName& bucket,
                                     const std::string& owner_segment) {
  bucket::Versions& versions = parts_.store.versions();
  const auto list = [&](const bucket::VersionQuery& query) { return versions.list(bucket, query); };
  return for_each_page_of<bucket::VersionQuery>(
      owner_segment, list, [&](const bucket::VersionPage& page) -> Status {
        for (const bucket::VersionInfo& version : page.versions) {
          const bucket::Key& key = version.info.key;
          TRY(versions.remove(bucket, key, version.info.version_id));
          parts_.edge_cache.forget(bucket::asset_path(key));
        }
        return {};
      });
}

/// The same in a bucket without versions.
Status PersonBelongings::remove_remote_assets(const std::string& owner_segment) {
  bucket::Store& assets = *parts_.remote_assets;
  const bucket::BucketName& bucket = parts_.assets_bucket;
  const auto list = [&](const bucket::ListQuery& query) { return assets.list(bucket, query); };
  return for_each_page_of<bucket::ListQuery>(
      owner_segment, list, [&](const bucket::ListPage& page) -> Status {
        for (const bucket::ObjectInfo& object : page.objects) {
          TRY(assets.remove(bucket, object.key));
          parts_.edge_cache.forget(bucket::asset_path(object.key));
        }
        return {};
      });
}

Status PersonBelongings::forget(sql::Session& session, std::string_view sub) {
  TRY_LET(const auto owner, bucket::Owner::parse(sub));
  return parts_.manifests.forget(session, owner);
}

Status DeletePersonFunction::run(const event::Lease& lease) {
  TRY_LET(const bucket::Owner owner, owner_of(lease.record));
  TRY_LET(const auto next, parts_.deletions.advance(owner.str()));
  return parts_.database.write([&](sql::Session& session) -> Status {
    TRY(parts_.queue.complete(session, lease));
    return next ? parts_.belongings.order(session, owner.str(), *next) : Status();
  });
}

/// A deletion is never given up.
Status DeletePersonFunction::buried(sql::Session& session, const event::Lease& lease,
                                    const Error& /*reason*/) {
  TRY_LET(const bucket::Owner owner, owner_of(lease.record));
  return parts_.belongings.order(session, owner.str(), parts_.clock.now() + kOrderedAgainAfter);
}

}  // namespace tintype
