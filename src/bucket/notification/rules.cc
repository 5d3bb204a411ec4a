#include "bucket/notification/rules.h"

#include <algorithm>

namespace tintype::bucket {

namespace {

/// Whether something begins with both.
bool share_beginnings(std::string_view a, std::string_view b) {
  return a.starts_with(b) || b.starts_with(a);
}

bool share_ends(std::string_view a, std::string_view b) { return a.ends_with(b) || b.ends_with(a); }

bool share_events(const NotificationRule& a, const NotificationRule& b) {
  return std::ranges::any_of(a.events, [&](const std::string& one) {
    return std::ranges::any_of(b.events, [&](const std::string& other) {
      return is_event_of(one, other) || is_event_of(other, one);
    });
  });
}

}  // namespace

std::string_view to_string(TargetKind kind) {
  switch (kind) {
    case TargetKind::function: return "function";
    case TargetKind::queue: return "queue";
    case TargetKind::webhook: return "webhook";
  }
  __builtin_unreachable();
}

bool is_event_of(std::string_view event, std::string_view pattern) {
  if (!pattern.ends_with('*')) return event == pattern;
  pattern.remove_suffix(1);
  return event.starts_with(pattern);
}

bool wants(const NotificationRule& rule, std::string_view event, std::string_view key) {
  return key.starts_with(rule.prefix.value_or("")) && key.ends_with(rule.suffix.value_or("")) &&
         std::ranges::any_of(rule.events,
                             [&](const auto& pattern) { return is_event_of(event, pattern); });
}

bool overlap(const NotificationRule& a, const NotificationRule& b) {
  return share_events(a, b) && share_beginnings(a.prefix.value_or(""), b.prefix.value_or("")) &&
         share_ends(a.suffix.value_or(""), b.suffix.value_or(""));
}

}  // namespace tintype::bucket
