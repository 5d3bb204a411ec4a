// The policy of a form: what whoever has it may upload.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "bucket/s3/error.h"

namespace tintype::bucket {

/// The fields of a form; names are compared without case.
class FormFields {
 public:
  /// False if there is one of that name.
  bool add(std::string_view name, std::string value);
  /// Where there is one of that name, which is in lower case.
  void replace(std::string_view name, const std::string& value);
  /// nullptr if there is none. `name` in lower case.
  const std::string* find(std::string_view name) const;
  std::string_view text(std::string_view name) const;  ///< "" if there is none.
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;  // Names in lower case.
};

struct PostPolicy {
  struct Condition {
    enum class Match { eq, starts_with } match;
    std::string field;  ///< Lower-case, without the '$'.
    std::string value;
  };
  Instant expires_at;
  std::vector<Condition> conditions;
  /// Of the file, in bytes; both inclusive.
  std::uint64_t size_min = 0;
  std::uint64_t size_max = UINT64_MAX;
};

inline constexpr std::size_t kPolicyConditionsMax = 100;

/// Reads the JSON of a policy. `invalid_argument` with what is wrong, for the client to read; never
/// a guess at what was meant: an unknown condition could have been the one that matters.
Result<PostPolicy> parse_post_policy(std::string_view json);

/// Whether the form may be sent at `now`: in time, every condition met, and no field that no
/// condition speaks of. `bucket` is the one that the form was sent to, whatever its fields say.
S3Result<void> check_post_policy(const PostPolicy& policy, const FormFields& fields,
                                 std::string_view bucket, Instant now);

}  // namespace tintype::bucket
