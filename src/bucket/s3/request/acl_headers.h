// What a request says of ACLs in its headers. A bucket's owner owns every object in it, which is
// how S3 makes new buckets, and then S3 takes no ACL that says something else.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
#pragma once

#include "bucket/s3/error.h"
#include "http/message.h"

namespace tintype::bucket {

/// `access_control_list_not_supported` unless the object is its owner's alone;
/// `invalid_argument` for a canned ACL that S3 does not know.
S3Result<void> check_acl_of_object(const http::Headers& headers);
/// The same of a new bucket, in S3's words for it. Also what the request wants of ownership.
S3Result<void> check_acl_of_bucket(const http::Headers& headers);
/// The same of a bucket or an object that is there: true if the headers set its ACL.
S3Result<bool> check_new_acl(const http::Headers& headers);

}  // namespace tintype::bucket
