#include "bucket/s3/access.h"

#include <string>

#include "bucket/s3/rule/bucket_rules.h"

namespace tintype::bucket {

std::string_view action_of(const S3Call& call) {
  const bool is_version = call.request.query.has("versionId");
  switch (call.route.operation) {
    case Operation::list_buckets: return "s3:ListAllMyBuckets";
    case Operation::create_bucket: return "s3:CreateBucket";
    case Operation::delete_bucket: return "s3:DeleteBucket";
    case Operation::get_bucket_location: return "s3:GetBucketLocation";
    case Operation::head_bucket:
    case Operation::list_objects:
    case Operation::list_objects_v2: return "s3:ListBucket";
    case Operation::list_object_versions: return "s3:ListBucketVersions";
    case Operation::list_multipart_uploads: return "s3:ListBucketMultipartUploads";
    case Operation::list_parts: return "s3:ListMultipartUploadParts";
    case Operation::abort_multipart_upload: return "s3:AbortMultipartUpload";
    case Operation::put_object:
    case Operation::post_object:
    case Operation::copy_object:
    case Operation::create_multipart_upload:
    case Operation::upload_part:
    case Operation::upload_part_copy:
    case Operation::complete_multipart_upload: return "s3:PutObject";
    case Operation::get_object:
    case Operation::head_object:
    case Operation::get_object_attributes:
      return is_version ? "s3:GetObjectVersion" : "s3:GetObject";
    // Each of them once more by its own key: op/delete_objects.cc.
    case Operation::delete_objects:
    case Operation::delete_object: return is_version ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
    case Operation::get_object_tagging:
      return is_version ? "s3:GetObjectVersionTagging" : "s3:GetObjectTagging";
    case Operation::put_object_tagging:
      return is_version ? "s3:PutObjectVersionTagging" : "s3:PutObjectTagging";
    case Operation::delete_object_tagging:
      return is_version ? "s3:DeleteObjectVersionTagging" : "s3:DeleteObjectTagging";
    case Operation::get_bucket_versioning: return "s3:GetBucketVersioning";
    case Operation::put_bucket_versioning: return "s3:PutBucketVersioning";
    case Operation::get_bucket_cors: return "s3:GetBucketCORS";
    case Operation::put_bucket_cors:
    case Operation::delete_bucket_cors: return "s3:PutBucketCORS";
    case Operation::get_bucket_policy: return "s3:GetBucketPolicy";
    case Operation::get_bucket_policy_status: return "s3:GetBucketPolicyStatus";
    case Operation::put_bucket_policy: return "s3:PutBucketPolicy";
    case Operation::delete_bucket_policy: return "s3:DeleteBucketPolicy";
    case Operation::get_public_access_block: return "s3:GetBucketPublicAccessBlock";
    case Operation::put_public_access_block:
    case Operation::delete_public_access_block: return "s3:PutBucketPublicAccessBlock";
    case Operation::get_bucket_tagging: return "s3:GetBucketTagging";
    case Operation::put_bucket_tagging:
    case Operation::delete_bucket_tagging: return "s3:PutBucketTagging";
    case Operation::get_bucket_acl: return "s3:GetBucketAcl";
    case Operation::put_bucket_acl: return "s3:PutBucketAcl";
    case Operation::get_object_acl: return "s3:GetObjectAcl";
    case Operation::put_object_acl: return "s3:PutObjectAcl";
    case Operation::get_bucket_ownership_controls: return "s3:GetBucketOwnershipControls";
    case Operation::put_bucket_ownership_controls: return "s3:PutBucketOwnershipControls";
    case Operation::get_not_configured: return "s3:GetBucketConfiguration";
  }
  __builtin_unreachable();
}

namespace {

/// Whoever has a key must be able to mend a policy that denies everything.
bool is_about_policy(std::string_view action) {
  return action == "s3:GetBucketPolicy" || action == "s3:PutBucketPolicy" ||
         action == "s3:DeleteBucketPolicy";
}

S3Result<void> decide(const BucketRules& rules, const Caller& caller, std::string_view action,
                      std::string_view resource) {
  const std::string principal = caller.is_anonymous ? "*" : caller.access_key_id;
  const auto verdict = judge(rules.policy, principal, action, resource);
  if (!caller.is_anonymous) {
    if (verdict == PolicyVerdict::denied && !is_about_policy(action))
      return refuse(S3Error::access_denied);
    return {};
  }
  if (verdict != PolicyVerdict::allowed || rules.public_access.restrict_buckets)
    return refuse(S3Error::access_denied);
  return {};
}

}  // namespace

Task<S3Result<void>> authorize(const S3Service& service, const Caller& caller,
                               std::string_view action, const BucketName& bucket, const Key* key) {
  CO_TRY_LET(const auto rules, to_s3(co_await service.rules.get(bucket)));
  std::string resource = "arn:aws:s3:::" + bucket.str();
  if (key != nullptr) resource += '/' + key->str();
  co_return decide(*rules, caller, action, resource);
}

Task<S3Result<void>> authorize(const S3Service& service, const S3Call& call) {
  if (!call.route.bucket && call.caller.is_anonymous) co_return refuse(S3Error::access_denied);
  if (!call.route.bucket) co_return S3Result<void>();
  // A form says whose it is, and each object of many has its own key: their operations ask.
  if (call.route.operation == Operation::post_object) co_return S3Result<void>();
  if (call.route.operation == Operation::delete_objects) {
    CO_TRY_LET(const auto rules, to_s3(co_await service.rules.get(call.bucket())));
    if (call.caller.is_anonymous && !is_public(rules->policy))
      co_return refuse(S3Error::access_denied);
    co_return S3Result<void>();
  }
  const Key* const key = call.route.key ? &*call.route.key : nullptr;
  co_return co_await authorize(service, call.caller, action_of(call), call.bucket(), key);
}

}  // namespace tintype::bucket
