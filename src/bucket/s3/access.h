// Who may do what with a bucket: its owner and the node everything, other owners what their rights
// allow, and whoever its policy lets in. What the policy denies is denied to all of them.
#pragma once

#include <string_view>

#include "bucket/s3/operations.h"

namespace tintype::bucket {

/// What the request wants to do, as policies name it: "s3:GetObject", or "s3:GetObjectVersion"
/// where it names a version.
std::string_view action_of(const S3Call& call);

/// `access_denied` for what the caller may not do. `key` is null where the action is on the bucket
/// itself.
Task<S3Result<void>> authorize(const S3Service& service, const http::Request& request,
                               const Caller& caller, std::string_view action,
                               const BucketName& bucket, const Key* key);
/// The request's own action.
Task<S3Result<void>> authorize(const S3Service& service, const S3Call& call);

/// `access_denied` unless the caller may list what begins with the request's key. Whoever may not
/// must not find out by trying which keys there are; who may, is told.
Task<S3Result<void>> authorize_listing_of_key(const S3Service& service, const S3Call& call);

/// `access_denied` if the header names another owner than the bucket's.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
Task<S3Result<void>> check_expected_owner(const S3Service& service, const S3Call& call,
                                          std::string_view header, const BucketName& bucket);

/// Whose bucket it is, and every object in it; `no_such_bucket`.
Task<S3Result<BucketOwner>> owner_of(const S3Service& service, const BucketName& bucket);

}  // namespace tintype::bucket
