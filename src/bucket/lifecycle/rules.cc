#include "bucket/lifecycle/rules.h"

#include <algorithm>
#include <chrono>

namespace tintype::bucket {

bool LifecycleFilter::includes(const ObjectInfo& object) const {
  if (!object.key.str().starts_with(prefix)) return false;
  if (larger_than && object.size <= *larger_than) return false;
  if (smaller_than && object.size >= *smaller_than) return false;
  return std::ranges::all_of(tags, [&](const auto& tag) {
    const auto found = object.tags.find(tag.first);
    return found != object.tags.end() && found->second == tag.second;
  });
}

Instant end_of_days(Instant from, std::int64_t days) {
  return std::chrono::ceil<std::chrono::days>(from + std::chrono::days(days));
}

std::optional<Expiry> expiry_of(const LifecycleRules& rules, const ObjectInfo& object) {
  std::optional<Expiry> soonest;
  for (const LifecycleRule& rule : rules) {
    if (!rule.is_enabled || !rule.filter.includes(object)) continue;
    auto at = rule.expires_at;
    if (rule.expires_after_days) at = end_of_days(object.modified_at, *rule.expires_after_days);
    if (at && (!soonest || *at < soonest->at)) soonest = Expiry{.at = *at, .rule_id = rule.id};
  }
  return soonest;
}

}  // namespace tintype::bucket
