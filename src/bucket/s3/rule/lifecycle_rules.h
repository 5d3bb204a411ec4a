// The lifecycle configuration of a bucket, as S3's XML has it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
#pragma once

#include <string>
#include <string_view>

#include "bucket/lifecycle/rules.h"
#include "bucket/s3/error.h"

namespace tintype::bucket {

/// A rule without an id gets one. `malformed_xml`, `invalid_argument` or `invalid_request` for what
/// S3 would not take; `not_implemented` for transitions: there is one class of storage.
S3Result<LifecycleRules> parse_lifecycle_rules(std::string_view document);

/// A document that reads as the same rules.
std::string write_lifecycle_rules(const LifecycleRules& rules);

}  // namespace tintype::bucket
