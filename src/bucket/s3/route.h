#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bucket/name.h"
#include "bucket/s3/error.h"
#include "http/message.h"

namespace tintype::bucket {

/// What we do, in op_*.cc.
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
  delete_bucket,
  list_objects,
  delete_objects,
  copy_object,
  upload_part_copy,
  get_object_tagging,
  put_object_tagging,
  delete_object_tagging,
  get_object_attributes,
  get_bucket_versioning,
  put_bucket_versioning,
  list_object_versions,
  get_bucket_cors,
  put_bucket_cors,
  delete_bucket_cors,
  get_bucket_policy,
  get_bucket_policy_status,
  put_bucket_policy,
  delete_bucket_policy,
  get_public_access_block,
  put_public_access_block,
  delete_public_access_block,
  get_bucket_tagging,
  put_bucket_tagging,
  delete_bucket_tagging,
  get_bucket_lifecycle,
  put_bucket_lifecycle,
  get_bucket_notification,
  put_bucket_notification,
  delete_bucket_lifecycle,
  get_bucket_acl,
  put_bucket_acl,
  get_object_acl,
  put_object_acl,
  get_bucket_ownership_controls,
  put_bucket_ownership_controls,
  get_not_configured,  ///< All that is answered with "there is none" (op/not_configured.cc).
};

/// Which operation on what. The bucket stands in the path ("/bucket/key") or in front of one of the
/// endpoint's domains (host.h).
struct Route {
  Operation operation;
  std::optional<BucketName> bucket;  ///< All but list_buckets have one.
  std::optional<Key> key;            ///< The operations on objects have one.
};

/// Reads method, path and query. A parameter that the operation does not know is `not_implemented`:
/// S3's subresources (?acl, ?uploads, ?versioning) change what a request means, and ignoring one
/// would answer success for something else than was asked.
/// The bucket that a request is about, if it names a valid one.
std::optional<BucketName> bucket_of(const http::Request& request,
                                    const std::vector<std::string>& domains);

S3Result<Route> find_route(const http::Request& request,
                           const std::vector<std::string>& domains = {});

}  // namespace tintype::bucket
