#pragma once

#include <optional>

#include "bucket/name.h"
#include "bucket/s3_error.h"
#include "http/message.h"

namespace tintype::bucket {

/// What we do; one file each (op_*.cc).
enum class Operation {
  list_buckets,
  create_bucket,
  head_bucket,
  get_bucket_location,
  list_objects_v2,
  put_object,
  get_object,
  head_object,
  delete_object,
  post_object,
  create_multipart_upload,
  upload_part,
  complete_multipart_upload,
  abort_multipart_upload,
  list_parts,
  list_multipart_uploads,
};

/// Which operation on what. Path style only: "/bucket/key".
struct Route {
  Operation operation;
  std::optional<BucketName> bucket;  ///< All but list_buckets have one.
  std::optional<Key> key;            ///< The operations on objects have one.
};

/// Reads method, path and query. A parameter that the operation does not know is `not_implemented`:
/// S3's subresources (?acl, ?uploads, ?versionId=...) change what a request means, and ignoring one
/// would answer success for something else than was asked.
S3Result<Route> find_route(const http::Request& request);

}  // namespace tintype::bucket
