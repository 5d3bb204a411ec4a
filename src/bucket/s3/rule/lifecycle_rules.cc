#include "bucket/s3/rule/lifecycle_rules.h"

#include <chrono>
#include <set>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/tags.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kRulesMax = 1000;  // S3's own, as the others are.
constexpr std::size_t kIdSizeMax = 255;
constexpr std::size_t kDocumentSizeMax = std::size_t{1} << 20;
constexpr std::int64_t kKeptMax = 100;
constexpr std::int64_t kDaysMax = 36'500;  // A century: so that no date overflows.

std::unexpected<S3Fault> malformed() { return refuse(S3Error::malformed_xml); }

S3Result<std::int64_t> parse_positive(const xml::Element& element, std::int64_t max) {
  const auto number = parse_integer<std::int64_t>(element.text());
  if (!number) return malformed();
  if (*number < 1 || *number > max)
    return refuse(S3Error::invalid_argument, "'" + std::string(element.name()) +
                                                 "' must be a positive integer, at most " +
                                                 std::to_string(max));
  return *number;
}

S3Result<Instant> parse_midnight(const xml::Element& element) {
  std::string text = element.text();
  if (text.size() == std::string_view("2026-11-27").size()) text += "T00:00:00Z";
  const auto at = parse_rfc3339(text);
  if (!at) return malformed();
  if (std::chrono::floor<std::chrono::days>(*at) != *at)
    return refuse(S3Error::invalid_argument, "'Date' must be at midnight GMT");
  return *at;
}

S3Result<void> parse_tag(const xml::Element& element, LifecycleFilter& filter) {
  const auto key = element.child("Key");
  const auto value = element.child("Value");
  if (!key || !value || !filter.tags.emplace(key->text(), value->text()).second) return malformed();
  return {};
}

S3Result<std::uint64_t> parse_size(const xml::Element& element) {
  const auto size = parse_integer<std::uint64_t>(element.text());
  if (!size) return malformed();
  return *size;
}

/// What is in <Filter>, and in <And> of it.
S3Result<void> parse_filter(const xml::Element& element, bool is_inside, LifecycleFilter& filter) {
  const auto parts = element.children();
  if (!is_inside && parts.size() > 1) return malformed();
  for (const xml::Element& part : parts) {
    const std::string_view name = part.name();
    if (name == "Prefix") {
      filter.prefix = part.text();
    } else if (name == "Tag") {
      TRY(parse_tag(part, filter));
    } else if (name == "ObjectSizeGreaterThan") {
      TRY_LET(filter.larger_than, parse_size(part));
    } else if (name == "ObjectSizeLessThan") {
      TRY_LET(filter.smaller_than, parse_size(part));
    } else if (name == "And" && !is_inside) {
      TRY(parse_filter(part, true, filter));
    } else {
      return malformed();
    }
  }
  return {};
}

S3Result<void> parse_expiration(const xml::Element& element, LifecycleRule& rule) {
  if (element.children().size() != 1) return malformed();
  const xml::Element what = element.children().front();
  if (what.name() == "Days") {
    TRY_LET(rule.expires_after_days, parse_positive(what, kDaysMax));
  } else if (what.name() == "Date") {
    TRY_LET(rule.expires_at, parse_midnight(what));
  } else if (what.name() == "ExpiredObjectDeleteMarker") {
    const std::string text = to_lower(what.text());
    if (text != "true" && text != "false") return malformed();
    rule.expires_lone_markers = text == "true";
  } else {
    return malformed();
  }
  return {};
}

S3Result<void> parse_noncurrent(const xml::Element& element, LifecycleRule& rule) {
  for (const xml::Element& part : element.children()) {
    if (part.name() == "NoncurrentDays") {
      TRY_LET(rule.noncurrent_days, parse_positive(part, kDaysMax));
    } else if (part.name() == "NewerNoncurrentVersions") {
      TRY_LET(rule.noncurrent_kept, parse_positive(part, kKeptMax));
    } else {
      return malformed();
    }
  }
  if (!rule.noncurrent_days) return malformed();
  return {};
}

S3Result<void> parse_part(const xml::Element& part, LifecycleRule& rule) {
  const std::string_view name = part.name();
  if (name == "ID") {
    rule.id = part.text();
    if (rule.id.size() > kIdSizeMax)
      return refuse(S3Error::invalid_argument, "ID length should not exceed allowed limit of 255");
  } else if (name == "Status") {
    if (part.text() != "Enabled" && part.text() != "Disabled") return malformed();
    rule.is_enabled = part.text() == "Enabled";
  } else if (name == "Prefix") {
    rule.filter.prefix = part.text();
    rule.has_old_prefix = true;
  } else if (name == "Filter") {
    return parse_filter(part, false, rule.filter);
  } else if (name == "Expiration") {
    return parse_expiration(part, rule);
  } else if (name == "NoncurrentVersionExpiration") {
    return parse_noncurrent(part, rule);
  } else if (name == "AbortIncompleteMultipartUpload") {
    const auto days = part.child("DaysAfterInitiation");
    if (!days) return malformed();
    TRY_LET(rule.abort_after_days, parse_positive(*days, kDaysMax));
  } else if (name == "Transition" || name == "NoncurrentVersionTransition") {
    return refuse(S3Error::not_implemented, "There is one class of storage: no transitions.");
  } else {
    return malformed();
  }
  return {};
}

S3Result<LifecycleRule> parse_rule(const xml::Element& element) {
  LifecycleRule rule;
  // One that says what it is about in both ways, or in none, or does not say whether it counts.
  if (!element.child("Status")) return malformed();
  if (element.child("Prefix").has_value() == element.child("Filter").has_value())
    return malformed();
  for (const xml::Element& part : element.children()) TRY(parse_part(part, rule));
  const bool acts = rule.expires_after_days || rule.expires_at || rule.noncurrent_days ||
                    rule.abort_after_days || element.child("Expiration");
  if (!acts)
    return refuse(S3Error::invalid_request, "At least one action needs to be specified in a rule");
  const auto& filter = rule.filter;
  const bool has_tags = !filter.tags.empty();
  if (has_tags && (rule.abort_after_days || rule.expires_lone_markers))
    return refuse(S3Error::invalid_request,
                  "Tags cannot go with AbortIncompleteMultipartUpload or "
                  "ExpiredObjectDeleteMarker.");
  if (rule.id.empty()) rule.id = make_id();
  return rule;
}

void write_predicates(xml::Writer& writer, const LifecycleFilter& filter) {
  const std::size_t count = (filter.prefix.empty() ? 0U : 1U) + filter.tags.size() +
                            (filter.larger_than ? 1U : 0U) + (filter.smaller_than ? 1U : 0U);
  if (count > 1) writer.open("And");
  if (!filter.prefix.empty() || count == 0) writer.text("Prefix", filter.prefix);
  for (const auto& [key, value] : filter.tags)
    writer.open("Tag").text("Key", key).text("Value", value).close();
  if (filter.larger_than) writer.number("ObjectSizeGreaterThan", *filter.larger_than);
  if (filter.smaller_than) writer.number("ObjectSizeLessThan", *filter.smaller_than);
  if (count > 1) writer.close();
}

void write_actions(xml::Writer& writer, const LifecycleRule& rule) {
  const auto days = [](std::int64_t count) { return static_cast<std::uint64_t>(count); };
  if (rule.expires_after_days || rule.expires_at || rule.expires_lone_markers) {
    writer.open("Expiration");
    if (rule.expires_after_days) writer.number("Days", days(*rule.expires_after_days));
    if (rule.expires_at) writer.text("Date", to_rfc3339(*rule.expires_at));
    if (rule.expires_lone_markers) writer.boolean("ExpiredObjectDeleteMarker", true);
    writer.close();
  }
  if (rule.noncurrent_days) {
    writer.open("NoncurrentVersionExpiration")
        .number("NoncurrentDays", days(*rule.noncurrent_days));
    if (rule.noncurrent_kept > 0)
      writer.number("NewerNoncurrentVersions", days(rule.noncurrent_kept));
    writer.close();
  }
  if (rule.abort_after_days)
    writer.open("AbortIncompleteMultipartUpload")
        .number("DaysAfterInitiation", days(*rule.abort_after_days))
        .close();
}

}  // namespace

S3Result<LifecycleRules> parse_lifecycle_rules(std::string_view document) {
  const auto xml = xml::Document::parse(document, {.size_max = kDocumentSizeMax});
  if (!xml || xml->root().name() != "LifecycleConfiguration") return malformed();
  LifecycleRules rules;
  std::set<std::string> ids;
  for (const xml::Element& element : xml->root().children()) {
    if (element.name() != "Rule") return malformed();
    TRY_LET(LifecycleRule rule, parse_rule(element));
    if (!ids.insert(rule.id).second)
      return refuse(S3Error::invalid_argument,
                    "Rule ID must be unique. Found same ID for more than one rule");
    rules.push_back(std::move(rule));
  }
  if (rules.empty() || rules.size() > kRulesMax) return malformed();
  return rules;
}

std::string write_lifecycle_rules(const LifecycleRules& rules) {
  xml::Writer writer;
  writer.open("LifecycleConfiguration", kXmlNamespace);
  for (const LifecycleRule& rule : rules) {
    writer.open("Rule").text("ID", rule.id);
    if (rule.has_old_prefix) {
      writer.text("Prefix", rule.filter.prefix);
    } else {
      writer.open("Filter");
      write_predicates(writer, rule.filter);
      writer.close();
    }
    writer.text("Status", rule.is_enabled ? "Enabled" : "Disabled");
    write_actions(writer, rule);
    writer.close();
  }
  return std::move(writer).finish();
}

}  // namespace tintype::bucket
