// What the server refuses before a handler sees it, in S3's words.
#include "bucket/s3/api.h"
#include "bucket/s3/cors.h"
#include "bucket/s3/error.h"

namespace tintype::bucket {

namespace {

S3Error error_of(int status) {
  switch (status) {
    case 408: return S3Error::request_timeout;
    case 413: return S3Error::entity_too_large;
    case 501: return S3Error::not_implemented;
    case 503: return S3Error::slow_down;
    default: return S3Error::invalid_request;
  }
}

}  // namespace

http::Refusal s3_refusal(std::vector<std::string> cors_origins) {
  return [cors = S3Cors(std::move(cors_origins))](const http::Problem& problem,
                                                  const http::Request& request) {
    const S3Fault fault{.error = error_of(problem.status), .message = problem.detail};
    http::Response response = error_response(fault, request);
    cors.allow(request, {}, response);
    return response;
  };
}

}  // namespace tintype::bucket
