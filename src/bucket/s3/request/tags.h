#pragma once

#include <map>
#include <string>
#include <string_view>

#include "bucket/s3/error.h"

namespace tintype::bucket {

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
using Tags = std::map<std::string, std::string>;

/// "a=1&b=2", percent-encoded, as x-amz-tagging has it; within S3's limits.
S3Result<Tags> parse_tagging_header(std::string_view text);

/// <Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag>...</TagSet></Tagging>
/// With `count_max` of them at most: a bucket may have more than an object.
inline constexpr std::size_t kObjectTagsMax = 10;
S3Result<Tags> parse_tagging_document(std::string_view body,
                                      std::size_t count_max = kObjectTagsMax);

}  // namespace tintype::bucket
