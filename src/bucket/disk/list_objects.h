#pragma once

#include "bucket/store.h"
#include "sql/database.h"

namespace tintype::bucket {

/// A page of the bucket, which exists. Seeks past what a common prefix stands for, so that it costs
/// O(page) however many keys lie under one. `invalid_argument` for a query that is not UTF-8.
Result<ListPage> list_objects(sql::Session& session, const BucketName& bucket,
                              const ListQuery& query);

}  // namespace tintype::bucket
