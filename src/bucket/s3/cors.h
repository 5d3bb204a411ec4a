#pragma once

#include <string>
#include <vector>

#include "bucket/s3/error.h"
#include "http/message.h"

namespace tintype::bucket {

/// The CORS rules of every bucket: the app's origins, exactly, and nothing else. An origin is never
/// reflected because it asked. Immutable.
class S3Cors {
 public:
  explicit S3Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  /// An OPTIONS request: answered before anything is authenticated, as browsers send it without
  /// credentials.
  S3Result<http::Response> preflight(const http::Request& request) const;

  /// Adds what lets the page read `response`, an error just as a success.
  void allow(const http::Request& request, http::Response& response) const;

 private:
  bool is_allowed(std::string_view origin) const;

  const std::vector<std::string> origins_;
};

}  // namespace tintype::bucket
