// The signature of a POST policy: a form that whoever is given it may send, within its conditions.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
//
// What is signed is the policy alone, as the base64 that the form carries. That the form keeps to
// the policy is for whoever reads both (bucket/post_policy.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sigv4/verify.h"

namespace tintype::sigv4 {

/// The fields of a form that sign its policy.
struct PolicyFields {
  std::string_view algorithm;   ///< x-amz-algorithm
  std::string_view credential;  ///< x-amz-credential
  std::string_view date;        ///< x-amz-date
  std::string_view signature;   ///< x-amz-signature
};

/// What the fields claim: well-formed, and that is all. Its form is query, its `expires` the
/// longest that a signature may live (the policy has an end of its own).
Outcome<Authorization> parse_policy(const PolicyFields& fields);

/// True to the word: `policy_base64` is what the holder of `secret` signed, for one of our regions,
/// not in the future and not too long ago. As verify().
Outcome<void> verify_policy(const Authorization& authorization, std::string_view policy_base64,
                            const std::optional<Secret>& secret, Instant now,
                            const VerifyOptions& options);

/// The signing side: x-amz-algorithm, x-amz-credential and x-amz-date. They come first, for the
/// policy must have them among its conditions.
std::vector<std::pair<std::string, std::string>> policy_fields(const Credentials& credentials,
                                                               const Place& place, Instant now);
/// x-amz-signature.
std::string sign_policy(std::string_view policy_base64, const Credentials& credentials,
                        const Place& place, Instant now);

}  // namespace tintype::sigv4
