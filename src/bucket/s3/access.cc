#include "bucket/s3/access.h"

#include <string>
#include <utility>

#include "bucket/s3/policy_context.h"
#include "bucket/s3/rule/bucket_rules.h"
#include "bucket/s3/rule/sufficient_rights.h"

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
    case Operation::get_bucket_lifecycle: return "s3:GetLifecycleConfiguration";
    case Operation::put_bucket_lifecycle:
    case Operation::delete_bucket_lifecycle: return "s3:PutLifecycleConfiguration";
    case Operation::get_bucket_notification: return "s3:GetBucketNotification";
    case Operation::put_bucket_notification: return "s3:PutBucketNotification";
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

/// The owner must be able to mend a policy that denies everything.
bool is_about_policy(std::string_view action) {
  return action == "s3:GetBucketPolicy" || action == "s3:PutBucketPolicy" ||
         action == "s3:DeleteBucketPolicy";
}

Principal principal_of(const Caller& caller) {
  if (caller.is_anonymous()) return {};
  return {.owner_id = caller.identity->owner.id, .access_key_id = caller.access_key_id};
}

bool may(const BucketRules& rules, const Caller& caller, std::string_view action,
         const BucketName& bucket, PolicyVerdict verdict) {
  const Identity* const identity = caller.identity.get();
  const bool is_owner =
      identity != nullptr && (identity->is_node() || identity->owner.id == rules.owner.id);
  if (verdict == PolicyVerdict::denied) return is_owner && is_about_policy(action);
  if (is_owner) return true;
  if (identity != nullptr && suffice(identity->rights_on(bucket), action)) return true;
  // A policy that lets everybody in lets in nobody where the bucket says so.
  const bool is_restricted = rules.public_access.restrict_buckets && is_public(rules.policy);
  return verdict == PolicyVerdict::allowed && !is_restricted;
}

/// Of the object that a request is about, if it is there.
Task<S3Result<Tags>> existing_tags(const S3Service& service, const http::Request& request,
                                   const BucketName& bucket, const Key& key) {
  const auto version_id = request.query.find("versionId");
  auto tags = co_await service.pool.run([&]() -> Result<Tags> {
    if (!version_id) {
      TRY_LET(ObjectInfo object, service.store.head(bucket, key));
      return std::move(object.tags);
    }
    TRY_LET(VersionInfo version, service.store.versions().head(bucket, key, *version_id));
    return std::move(version.info.tags);
  });
  if (!tags && tags.error().code == ErrorCode::not_found) co_return Tags();
  co_return to_s3(std::move(tags));
}

/// What somebody wants to do with a bucket, or with an object in it.
struct Wish {
  std::string_view action;
  const BucketName& bucket;
  const Key* key;  ///< Null: with the bucket itself.
  PolicySubject subject = {};
};

/// What the bucket's policy says of it.
Task<S3Result<PolicyVerdict>> ask_policy(const S3Service& service, const http::Request& request,
                                         const Caller& caller, const Policy& policy, Wish wish) {
  std::string resource = "arn:aws:s3:::" + wish.bucket.str();
  if (wish.key != nullptr) resource += '/' + wish.key->str();
  if (wish.key != nullptr && asks_for_tags(policy)) {
    CO_TRY_LET(wish.subject.existing_tags,
               co_await existing_tags(service, request, wish.bucket, *wish.key));
  }
  co_return judge(policy, principal_of(caller), wish.action, resource,
                  context_of(service, request, caller, wish.subject));
}

Task<S3Result<void>> grant(const S3Service& service, const http::Request& request,
                           const Caller& caller, Wish wish) {
  CO_TRY_LET(const auto rules, to_s3(co_await service.rules.get(wish.bucket)));
  if (rules == nullptr) {
    // Whoever has a key is told by the operation that there is no such bucket.
    if (caller.is_anonymous()) co_return refuse(S3Error::no_such_bucket);
    co_return S3Result<void>();
  }
  auto verdict = PolicyVerdict::silent;
  if (!rules->policy.empty()) {
    CO_TRY_LET(verdict, co_await ask_policy(service, request, caller, rules->policy, wish));
  }
  if (!may(*rules, caller, wish.action, wish.bucket, verdict))
    co_return refuse(S3Error::access_denied);
  co_return S3Result<void>();
}

}  // namespace

Task<S3Result<void>> authorize(const S3Service& service, const http::Request& request,
                               const Caller& caller, std::string_view action,
                               const BucketName& bucket, const Key* key) {
  co_return co_await grant(service, request, caller,
                           {.action = action, .bucket = bucket, .key = key});
}

Task<S3Result<void>> authorize_listing_of_key(const S3Service& service, const S3Call& call) {
  Wish wish{.action = "s3:ListBucket", .bucket = call.bucket(), .key = nullptr};
  if (call.route.key) wish.subject.prefix = call.key().str();
  co_return co_await grant(service, call.request, call.caller, std::move(wish));
}

Task<S3Result<BucketOwner>> owner_of(const S3Service& service, const BucketName& bucket) {
  CO_TRY_LET(const auto rules, to_s3(co_await service.rules.get(bucket)));
  if (rules == nullptr) co_return refuse(S3Error::no_such_bucket);
  co_return rules->owner;
}

Task<S3Result<void>> check_expected_owner(const S3Service& service, const S3Call& call,
                                          std::string_view header, const BucketName& bucket) {
  const auto expected = call.request.headers.find(header);
  if (!expected) co_return S3Result<void>();
  CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, bucket));
  if (owner.id != *expected) co_return refuse(S3Error::access_denied);
  co_return S3Result<void>();
}

Task<S3Result<void>> authorize(const S3Service& service, const S3Call& call) {
  // What is about no bucket, or about one that is not there yet.
  if (!call.route.bucket || call.route.operation == Operation::create_bucket) {
    const bool creates = call.route.operation == Operation::create_bucket;
    const Identity* const identity = call.caller.identity.get();
    if (identity == nullptr || (creates && !identity->may_create))
      co_return refuse(S3Error::access_denied);
    co_return S3Result<void>();
  }
  CO_TRY(
      co_await check_expected_owner(service, call, "x-amz-expected-bucket-owner", call.bucket()));
  // A form says whose it is, and each object of many has its own key: their operations ask.
  if (call.route.operation == Operation::post_object) co_return S3Result<void>();
  if (call.route.operation == Operation::delete_objects) {
    if (!call.caller.is_anonymous()) co_return S3Result<void>();
    CO_TRY_LET(const auto rules, to_s3(co_await service.rules.get(call.bucket())));
    if (rules == nullptr) co_return refuse(S3Error::no_such_bucket);
    if (!lets_strangers_in(rules->policy)) co_return refuse(S3Error::access_denied);
    co_return S3Result<void>();
  }
  const Key* const key = call.route.key ? &*call.route.key : nullptr;
  co_return co_await authorize(service, call.request, call.caller, action_of(call), call.bucket(),
                               key);
}

}  // namespace tintype::bucket
