#pragma once

#include "bucket/multiparts.h"
#include "sql/database.h"

namespace tintype::bucket {

/// Multiparts::list of a bucket that exists.
Result<MultipartPage> list_multiparts(sql::Session& session, const BucketName& bucket,
                                      const Multiparts::ListQuery& query);

}  // namespace tintype::bucket
