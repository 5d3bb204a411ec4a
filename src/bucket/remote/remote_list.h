#pragma once

#include "bucket/remote/remote_client.h"
#include "bucket/store.h"

namespace tintype::bucket {

/// Store::list by ListObjectsV2.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
Result<ListPage> list_remote(RemoteClient& client, const BucketName& bucket,
                             const ListQuery& query);

}  // namespace tintype::bucket
