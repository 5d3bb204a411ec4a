#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace tintype::bucket {

/// What an S3 answered instead of a success.
struct RemoteFault {
  int status = 0;
  std::string code = {};  ///< "NoSuchKey"; empty of a HEAD, and of who is no S3.
  std::string message = {};
};

/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
RemoteFault read_fault(int status, std::string_view body);
/// Whether the same request may succeed later.
bool is_passing(const RemoteFault& fault);
/// Its message names the code; where a bucket is elsewhere, `headers` say where.
Error error_of(const RemoteFault& fault, const http::Headers& headers);

}  // namespace tintype::bucket
