// The store of buckets that are in somebody else's S3, under their own keys: who has an account
// there, sees them as they are.
//
//   begin ──▶ write* ──▶ commit                        up to a part: one PUT
//                │         └──▶ CompleteMultipartUpload  more: each part as soon as it is full
//                └──▶ UploadPart ...
//
// What it answers is what that S3 answered: a commit() that returned is as durable as it promises.
// Nobody observes here: whoever wants to be told of objects asks that S3 for its notifications. Of
// versions it knows the latest. A key that this node writes and removes at the same time is written
// and removed in some order, but what others do in between the look at an object and its
// conditional removal is not seen; the conditions of writes are that S3's own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "bucket/remote/remote_client.h"
#include "bucket/store.h"

namespace tintype::bucket {

struct RemoteStoreOptions {
  RemoteAccount account;
  std::filesystem::path spool_folder;  ///< Made if it is not there.
  /// Of all parts but the last, as R2 wants it; up to this an object is one request. At least 5 MiB
  /// for S3. Where a size is announced, parts are large enough for it.
  std::uint64_t part_bytes = 16ULL << 20;
  RetryOptions retries = {};
};

/// `clock` outlives it. Talks to nobody yet.
Result<std::unique_ptr<Store>> open_remote_store(RemoteStoreOptions options, const Clock& clock);

}  // namespace tintype::bucket
