#pragma once

#include <string>
#include <vector>

#include "bucket/s3/error.h"
#include "bucket/s3/rule/cors_rules.h"
#include "http/message.h"

namespace tintype::bucket {

/// Which pages may talk to a bucket: the app's origins, exactly, and those of the bucket's own
/// rules. An origin is never reflected because it asked. Immutable.
class S3Cors {
 public:
  explicit S3Cors(std::vector<std::string> origins);

  /// An OPTIONS request: answered before anything is authenticated, as browsers send it without
  /// credentials.
  S3Result<http::Response> preflight(const http::Request& request, const CorsRules& rules) const;

  /// Adds what lets the page read `response`, an error just as a success.
  void allow(const http::Request& request, const CorsRules& rules, http::Response& response) const;

 private:
  const CorsRule* find(const CorsRules& rules, const CorsQuestion& question) const;

  CorsRules app_;  // The stack's own rule.
};

}  // namespace tintype::bucket
