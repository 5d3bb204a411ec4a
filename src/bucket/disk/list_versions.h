#pragma once

#include "bucket/name.h"
#include "bucket/versions.h"
#include "sql/database.h"

namespace tintype::bucket {

/// Versions::list of a bucket that exists.
Result<VersionPage> list_versions(sql::Session& session, const BucketName& bucket,
                                  const VersionQuery& query);

}  // namespace tintype::bucket
