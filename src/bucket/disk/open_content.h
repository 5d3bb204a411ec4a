#pragma once

#include <functional>

#include "bucket/disk/content_folder.h"
#include "bucket/disk/object_row.h"
#include "bucket/store.h"

namespace tintype::bucket {

/// The object that `find` finds, with its content; what `find` fails with. It is called again where
/// the object was replaced, or its content moved, between the row and the file.
Result<Object> open_content(ContentFolder& folder,
                            const std::function<Result<StoredObject>()>& find);

}  // namespace tintype::bucket
