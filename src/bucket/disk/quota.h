// How much a bucket may hold, in bytes and in objects; older versions and the parts of unfinished
// uploads count as well. What a bucket with a quota holds is counted in the transaction of each
// write, so the count is never wrong and costs no look at what is there
// (db/migrations/0016_quotas).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bucket/name.h"
#include "sql/database.h"

namespace tintype::bucket {

struct Quota {
  std::optional<std::int64_t> bytes_max = {};  ///< Nothing: as much as there is room for.
  std::optional<std::int64_t> objects_max = {};
};

struct QuotaInfo {
  BucketName bucket;
  Quota quota;
  std::int64_t bytes = 0;  ///< Of contents. What it holds may be more than a quota that came later.
  std::int64_t objects = 0;  ///< With the older versions.
};

/// Counts what the bucket holds, which takes as long as there is of it, and from now on keeps
/// count. A quota without limits only counts. `not_found` if there is no such bucket.
Result<QuotaInfo> set_quota(sql::Database& database, const BucketName& bucket, const Quota& quota);
/// `not_found` if it has none.
Status remove_quota(sql::Database& database, const BucketName& bucket);
/// In the order of names.
Result<std::vector<QuotaInfo>> list_quotas(sql::Database& database);

struct UsageChange {
  std::int64_t bytes = 0;
  std::int64_t objects = 0;
};
/// Part of every transaction by which contents come or go. `exhausted` if more comes than the quota
/// allows.
Status change_usage(sql::Session& session, const BucketName& bucket, const UsageChange& change);

/// Before a content arrives: `exhausted` if the bucket cannot hold so much more; `not_found` naming
/// the bucket if there is none.
Status require_room(sql::Session& session, const BucketName& bucket, const UsageChange& wanted);

}  // namespace tintype::bucket
