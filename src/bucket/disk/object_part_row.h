// The parts that an object came in as their rows (db/migrations/0013_object_parts).
#pragma once

#include <string>
#include <vector>

#include "bucket/multiparts.h"
#include "sql/database.h"

namespace tintype::bucket {

/// In this order, numbered from 1 on.
Status insert_object_parts(sql::Session& session, const std::string& content_id,
                           const std::vector<PartInfo>& parts);
/// Those of the write that `object` was, in order; none where it came whole.
Result<std::vector<PartInfo>> find_object_parts(sql::Session& session, const ObjectInfo& object);
/// With the content that nobody names any more.
Status delete_object_parts(sql::Session& session, const std::string& content_id);

}  // namespace tintype::bucket
