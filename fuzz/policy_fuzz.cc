// A policy that parses denies everything once it expired, a form that it does not speak of, and any
// form for another bucket than the one it names; one that does not parse says why.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bucket/s3/request/post_policy.h"

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace bucket = tintype::bucket;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const auto policy = bucket::parse_post_policy(text);
  if (!policy) {
    if (policy.error().message.empty()) std::abort();
    return 0;
  }
  if (policy->conditions.size() > bucket::kPolicyConditionsMax) std::abort();
  bucket::FormFields fields;
  for (const auto& condition : policy->conditions)
    if (condition.field != "bucket")
      static_cast<void>(fields.add(condition.field, condition.value));
  const auto moment = std::chrono::milliseconds(1);
  if (bucket::check_post_policy(*policy, fields, "b", policy->expires_at)) std::abort();
  const bool allowed =
      bucket::check_post_policy(*policy, fields, "b", policy->expires_at - moment).has_value();
  // No condition can speak of this one: the names of fields are lower-case in a policy.
  if (!fields.add("NEVER NAMED \x01", "x")) return 0;
  const bool also =
      bucket::check_post_policy(*policy, fields, "b", policy->expires_at - moment).has_value();
  if (allowed && also) std::abort();
  return 0;
}
