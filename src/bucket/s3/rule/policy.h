// The policy of a bucket: who may do what with it, besides whoever has a key.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bucket/name.h"
#include "bucket/s3/error.h"
#include "bucket/s3/rule/policy_condition.h"

namespace tintype::bucket {

struct PolicyStatement {
  bool allows = false;                       ///< Else it denies.
  std::vector<std::string> principals = {};  ///< "*" is everyone, with or without a key.
  std::vector<std::string> actions = {};     ///< Lower-case, with '*' and '?'.
  bool not_actions = false;                  ///< All but these.
  std::vector<std::string> resources = {};   ///< "arn:aws:s3:::bucket/key", with '*' and '?'.
  bool not_resources = false;
  std::vector<PolicyCondition> conditions = {};  ///< All must hold.
};
using Policy = std::vector<PolicyStatement>;

/// A document for `bucket`. `malformed_policy` for what S3 would not take; `not_implemented` for
/// what we could not obey: NotPrincipal, and conditions that parse_conditions() does not know.
S3Result<Policy> parse_policy(std::string_view document, const BucketName& bucket);

enum class PolicyVerdict { silent, allowed, denied };

/// Who asks, as a policy may name them: by the owner's id, alone or in an ARN
/// ("arn:aws:iam::...:user/ID", "arn:aws:iam::ID:root"), or by one of its access keys. Both empty:
/// nobody knows who.
struct Principal {
  std::string_view owner_id = {};
  std::string_view access_key_id = {};
};

/// What it says of one action on one resource. A denial counts whatever else allows it.
PolicyVerdict judge(const Policy& policy, const Principal& principal, std::string_view action,
                    std::string_view resource, const PolicyContext& context);

/// Whether it allows anything to everyone; to everyone in some network is not everyone.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
bool is_public(const Policy& policy);
/// Whether it may allow anything to whoever has no key.
bool lets_strangers_in(const Policy& policy);
/// Whether a condition asks for the tags that an object has.
bool asks_for_tags(const Policy& policy);

}  // namespace tintype::bucket
