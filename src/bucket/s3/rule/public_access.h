// What no policy may open: the public access block of a bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
#pragma once

#include <string>
#include <string_view>

#include "bucket/s3/error.h"

namespace tintype::bucket {

struct PublicAccessBlock {
  bool block_acls = false;        ///< Of ACLs there is only the private one: nothing to block,
  bool ignore_acls = false;       ///< and nothing to ignore.
  bool block_policy = false;      ///< No policy may be put that is public.
  bool restrict_buckets = false;  ///< A policy that is public opens nothing.
};

S3Result<PublicAccessBlock> parse_public_access_block(std::string_view document);
std::string write_public_access_block(const PublicAccessBlock& block);

}  // namespace tintype::bucket
