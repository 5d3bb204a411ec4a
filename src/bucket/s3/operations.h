// The operations of the S3 API, each in op/<name>.cc. A request gets here when its route
// is known and its caller has proved who it is.
#pragma once

#include <string_view>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "base/task.h"
#include "bucket/multiparts.h"
#include "bucket/s3/api.h"
#include "bucket/s3/error.h"
#include "bucket/s3/response.h"
#include "bucket/s3/route.h"
#include "bucket/s3/signature.h"
#include "bucket/wire.h"
#include "http/message.h"

namespace tintype::bucket {

class RulesCache;
class Signatories;

/// What operations work with; outlives every request.
struct S3Service {
  S3Options options;
  MultipartStore& store;
  BlockingPool& pool;
  const Clock& clock;
  RulesCache& rules;
  Signatories& signatories;
};

/// One request. Outlives its operation.
struct S3Call {
  http::Request& request;
  Route route;
  Caller caller;

  const BucketName& bucket() const { return *route.bucket; }
  const Key& key() const { return *route.key; }
};

using S3Answer = Task<S3Result<http::Response>>;

S3Answer list_buckets(const S3Service& service, const S3Call& call);
S3Answer create_bucket(const S3Service& service, const S3Call& call);
S3Answer head_bucket(const S3Service& service, const S3Call& call);
S3Answer get_bucket_location(const S3Service& service, const S3Call& call);
S3Answer list_objects_v2(const S3Service& service, const S3Call& call);
S3Answer put_object(const S3Service& service, const S3Call& call);
S3Answer get_object(const S3Service& service, const S3Call& call);
S3Answer head_object(const S3Service& service, const S3Call& call);
S3Answer delete_object(const S3Service& service, const S3Call& call);
S3Answer post_object(const S3Service& service, const S3Call& call);
S3Answer create_multipart_upload(const S3Service& service, const S3Call& call);
S3Answer upload_part(const S3Service& service, const S3Call& call);
S3Answer complete_multipart_upload(const S3Service& service, const S3Call& call);
S3Answer abort_multipart_upload(const S3Service& service, const S3Call& call);
S3Answer list_parts(const S3Service& service, const S3Call& call);
S3Answer list_multipart_uploads(const S3Service& service, const S3Call& call);
S3Answer delete_bucket(const S3Service& service, const S3Call& call);
S3Answer list_objects(const S3Service& service, const S3Call& call);
S3Answer delete_objects(const S3Service& service, const S3Call& call);
S3Answer copy_object(const S3Service& service, const S3Call& call);
S3Answer upload_part_copy(const S3Service& service, const S3Call& call);
S3Answer get_object_tagging(const S3Service& service, const S3Call& call);
S3Answer put_object_tagging(const S3Service& service, const S3Call& call);
S3Answer delete_object_tagging(const S3Service& service, const S3Call& call);
S3Answer get_object_attributes(const S3Service& service, const S3Call& call);
S3Answer get_bucket_versioning(const S3Service& service, const S3Call& call);
S3Answer put_bucket_versioning(const S3Service& service, const S3Call& call);
S3Answer list_object_versions(const S3Service& service, const S3Call& call);
S3Answer get_bucket_cors(const S3Service& service, const S3Call& call);
S3Answer put_bucket_cors(const S3Service& service, const S3Call& call);
S3Answer delete_bucket_cors(const S3Service& service, const S3Call& call);
S3Answer get_bucket_policy(const S3Service& service, const S3Call& call);
S3Answer get_bucket_policy_status(const S3Service& service, const S3Call& call);
S3Answer put_bucket_policy(const S3Service& service, const S3Call& call);
S3Answer delete_bucket_policy(const S3Service& service, const S3Call& call);
S3Answer get_public_access_block(const S3Service& service, const S3Call& call);
S3Answer put_public_access_block(const S3Service& service, const S3Call& call);
S3Answer delete_public_access_block(const S3Service& service, const S3Call& call);
S3Answer get_bucket_tagging(const S3Service& service, const S3Call& call);
S3Answer put_bucket_tagging(const S3Service& service, const S3Call& call);
S3Answer delete_bucket_tagging(const S3Service& service, const S3Call& call);
S3Answer get_bucket_lifecycle(const S3Service& service, const S3Call& call);
S3Answer put_bucket_lifecycle(const S3Service& service, const S3Call& call);
S3Answer delete_bucket_lifecycle(const S3Service& service, const S3Call& call);
S3Answer get_bucket_notification(const S3Service& service, const S3Call& call);
S3Answer put_bucket_notification(const S3Service& service, const S3Call& call);
S3Answer get_bucket_acl(const S3Service& service, const S3Call& call);
S3Answer put_bucket_acl(const S3Service& service, const S3Call& call);
S3Answer get_object_acl(const S3Service& service, const S3Call& call);
S3Answer put_object_acl(const S3Service& service, const S3Call& call);
S3Answer get_bucket_ownership_controls(const S3Service& service, const S3Call& call);
S3Answer put_bucket_ownership_controls(const S3Service& service, const S3Call& call);
S3Answer get_not_configured(const S3Service& service, const S3Call& call);

/// The answer of an error that may be about a bucket or a key: a missing bucket is NoSuchBucket,
/// not NoSuchKey.
Task<S3Fault> refine_not_found(const S3Service& service, const S3Call& call, Error error);
/// Of what observers may refuse: the client reads it in the observer's words.
Task<S3Fault> refusal_of(const S3Service& service, const S3Call& call, Error error);
/// The same about an upload in parts: what is not found is NoSuchUpload.
Task<S3Fault> multipart_fault_of(const S3Service& service, const S3Call& call, Error error);

}  // namespace tintype::bucket
