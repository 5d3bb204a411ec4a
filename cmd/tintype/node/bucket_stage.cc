#include <utility>

#include "base/log.h"
#include "bucket/disk/disk_store.h"
#include "bucket/remote/remote_store.h"
#include "bucket/s3/api.h"
#include "bucket/s3/host.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {

namespace {

/// A bucket of the stack. Another owner's would let them read and change what is the node's.
Status make_own_bucket(bucket::Store& store, const bucket::BucketName& name) {
  const Status made = store.create_bucket(name);
  if (made || made.error().code != ErrorCode::conflict) return made;
  TRY_LET(const bucket::BucketInfo info, store.find_bucket(name));
  if (info.owner_id == bucket::kNodeOwner) return {};
  return fail(ErrorCode::invalid_argument, "bucket '" + name.str() + "' belongs to owner '" +
                                               info.owner_id + "'; give the stack another one");
}

/// In our store, or in somebody else's. One that does not answer now may answer when there is a
/// picture to keep.
Status make_assets_bucket(NodeParts& parts) {
  if (!parts.stack.assets_account) return make_own_bucket(*parts.store, parts.stack.assets_bucket);
  TRY_LET(parts.remote_assets,
          bucket::open_remote_store(
              {.account = *parts.stack.assets_account, .spool_folder = parts.data.spool_folder()},
              parts.clock));
  const Status made =
      within("buckets.assets_at", make_own_bucket(*parts.remote_assets, parts.stack.assets_bucket));
  if (made || made.error().code != ErrorCode::unavailable) return made;
  log(LogLevel::warning, "assets are away", {{"reason", made.error().message}});
  return {};
}

}  // namespace

Status make_bucket_stage(NodeParts& parts) {
  bucket::DiskStoreOptions disk;
  disk.folder = parts.data.objects_folder();
  disk.cache_bytes_max = parts.stack.bucket_cache_bytes_max;
  disk.disk_free_min = parts.stack.disk_free_min;
  disk.observers = {parts.slots.get(), parts.dispatcher.get()};
  TRY_LET(parts.store, bucket::open_disk_store(std::move(disk), *parts.database, parts.clock));
  TRY_LET(Secret seal_key, parts.data.seal_key());
  parts.identities =
      std::make_unique<bucket::Identities>(*parts.database, parts.clock, std::move(seal_key));
  TRY(make_own_bucket(*parts.store, parts.stack.uploads_bucket));
  return make_assets_bucket(parts);
}

void make_s3_handler(NodeParts& parts, Handlers& handlers) {
  bucket::S3Options s3;
  s3.region = parts.credentials.region;
  s3.keys.emplace(parts.credentials.access_key.id, parts.credentials.access_key.secret);
  s3.signature_v2 = parts.stack.signature_v2;
  s3.cors_origins = parts.stack.app_origins;
  s3.domains = {"localhost"};
  if (std::string domain = bucket::domain_of_url(parts.stack.public_urls.s3); !domain.empty())
    s3.domains.push_back(std::move(domain));
  s3.notification_targets = parts.notification_targets;
  handlers.s3_refusal = bucket::s3_refusal(parts.stack.app_origins);
  handlers.s3 =
      bucket::s3_handler(std::move(s3), *parts.store, *parts.identities, *parts.pool, parts.clock);
}

}  // namespace tintype
