// The CORS configuration of a bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bucket/s3/error.h"

namespace tintype::bucket {

struct CorsRule {
  std::string id = {};                    ///< Empty: none.
  std::vector<std::string> origins = {};  ///< Each with one '*' at most.
  std::vector<std::string> methods = {};
  std::vector<std::string> headers =
      {};  ///< Of a preflight, lower-case; each with one '*' at most.
  std::vector<std::string> exposed = {};
  std::optional<std::uint32_t> max_age_s = {};
};
using CorsRules = std::vector<CorsRule>;

/// What a browser asks: the origin, the method, and of a preflight the header fields it wants to
/// send, lower-case.
struct CorsQuestion {
  std::string_view origin;
  std::string_view method;
  std::vector<std::string> headers = {};
};
/// The first that allows all of it, or null.
const CorsRule* find_rule(const CorsRules& rules, const CorsQuestion& question);
/// Whether the rule is for every origin, so that an answer names none.
bool is_for_everyone(const CorsRule& rule);

/// <CORSConfiguration>. 1 to 100 rules.
S3Result<CorsRules> parse_cors_rules(std::string_view document);
std::string write_cors_rules(const CorsRules& rules);

}  // namespace tintype::bucket
