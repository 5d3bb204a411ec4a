#include <utility>

#include "bucket/disk/disk_store.h"
#include "bucket/s3/api.h"
#include "bucket/s3/host.h"
#include "node/parts.h"
#include "node/stages.h"

namespace tintype {

Status make_bucket_stage(NodeParts& parts) {
  bucket::DiskStoreOptions disk;
  disk.folder = parts.data.objects_folder();
  disk.observers = {parts.slots.get(), parts.dispatcher.get()};
  TRY_LET(parts.store, bucket::open_disk_store(std::move(disk), *parts.database, parts.clock));
  for (const bucket::BucketName* name : {&parts.stack.uploads_bucket, &parts.stack.assets_bucket}) {
    const Status made = parts.store->create_bucket(*name);
    if (!made && made.error().code != ErrorCode::conflict) return made;
  }
  return {};
}

void make_s3_handler(NodeParts& parts, Handlers& handlers) {
  bucket::S3Options s3;
  s3.region = parts.credentials.region;
  s3.keys.emplace(parts.credentials.access_key_id, parts.credentials.secret_access_key);
  s3.signature_v2 = parts.stack.signature_v2;
  s3.cors_origins = parts.stack.app_origins;
  s3.domains = {"localhost"};
  if (std::string domain = bucket::domain_of_url(parts.stack.public_urls.s3); !domain.empty())
    s3.domains.push_back(std::move(domain));
  handlers.s3_refusal = bucket::s3_refusal(parts.stack.app_origins);
  handlers.s3 = bucket::s3_handler(std::move(s3), *parts.store, *parts.pool, parts.clock);
}

}  // namespace tintype
