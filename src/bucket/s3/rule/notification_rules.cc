#include "bucket/s3/rule/notification_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "bucket/s3/operations.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kRulesMax = 100;  // S3's own, as the others are.
constexpr std::size_t kIdSizeMax = 255;
constexpr std::size_t kDocumentSizeMax = std::size_t{256} << 10;
constexpr std::size_t kArnParts = 6;  // arn:partition:service:region:account:resource

constexpr std::array<std::string_view, 11> kEvents = {"ObjectCreated:*",
                                                      "ObjectCreated:Put",
                                                      "ObjectCreated:Post",
                                                      "ObjectCreated:Copy",
                                                      "ObjectCreated:CompleteMultipartUpload",
                                                      "ObjectRemoved:*",
                                                      "ObjectRemoved:Delete",
                                                      "ObjectRemoved:DeleteMarkerCreated",
                                                      "LifecycleExpiration:*",
                                                      "LifecycleExpiration:Delete",
                                                      "LifecycleExpiration:DeleteMarkerCreated"};
/// Of what S3 tells more of.
constexpr std::array<std::string_view, 8> kOthers = {
    "ReducedRedundancyLostObject", "ObjectRestore:", "Replication:",  "ObjectTagging:",
    "LifecycleTransition",         "ObjectAcl:Put",  "ObjectSynced:", "IntelligentTiering"};

/// What one kind of receiver is called in the XML, and in ARNs.
struct Kind {
  TargetKind kind;
  std::string_view element;
  std::string_view arn_element;
  std::string_view service;
};
constexpr std::array<Kind, 3> kKinds = {{
    {TargetKind::webhook, "TopicConfiguration", "Topic", "sns"},
    {TargetKind::queue, "QueueConfiguration", "Queue", "sqs"},
    {TargetKind::function, "CloudFunctionConfiguration", "CloudFunction", "lambda"},
}};

std::unexpected<S3Fault> malformed() { return refuse(S3Error::malformed_xml); }
std::unexpected<S3Fault> invalid(std::string message) {
  return refuse(S3Error::invalid_argument, std::move(message));
}

/// "arn:aws:sqs:us-east-1:123456789012:thumbs" is the queue "thumbs"; a function's may say which
/// version of it, which there is one of here.
S3Result<NotificationTarget> parse_arn(const std::string& arn, const Kind& kind) {
  const auto parts = split(arn, ':');
  if (parts.size() < kArnParts || parts[0] != "arn") return invalid("The ARN could not be parsed.");
  if (parts[2] != kind.service)
    return invalid("The ARN is of another service than its configuration says.");
  if (kind.kind != TargetKind::function)
    return NotificationTarget{.kind = kind.kind, .name = std::string(parts[5])};
  if (parts.size() < kArnParts + 1 || parts[5] != "function")
    return invalid("The ARN is of no function.");
  return NotificationTarget{.kind = kind.kind, .name = std::string(parts[6])};
}

S3Result<std::string> parse_event(std::string text) {
  constexpr std::string_view kPrefix = "s3:";
  const std::string name = text.starts_with(kPrefix) ? text.substr(kPrefix.size()) : text;
  if (std::ranges::find(kEvents, name) != kEvents.end()) return name;
  if (std::ranges::any_of(kOthers, [&](auto other) { return name.starts_with(other); }))
    return refuse(S3Error::not_implemented, "The event '" + text + "' does not happen here.");
  return invalid("The event '" + text + "' is not supported for notifications.");
}

/// <Filter><S3Key><FilterRule><Name>prefix</Name><Value>photos/</Value></FilterRule>...
S3Result<void> parse_filter(const xml::Element& filter, NotificationRule& rule) {
  const auto key = filter.child("S3Key");
  if (!key) return malformed();
  for (const xml::Element& element : key->children()) {
    const auto name = element.child("Name");
    const auto value = element.child("Value");
    if (element.name() != "FilterRule" || !name || !value) return malformed();
    const std::string which = to_lower(name->text());
    if (which != "prefix" && which != "suffix")
      return invalid("filter rule name must be either prefix or suffix");
    auto& end = which == "prefix" ? rule.prefix : rule.suffix;
    if (end) return invalid("Cannot specify more than one " + which + " rule in a filter.");
    end = value->text();
  }
  return {};
}

S3Result<NotificationRule> parse_rule(const xml::Element& element, const Kind& kind) {
  NotificationRule rule;
  for (const xml::Element& part : element.children()) {
    const std::string_view name = part.name();
    if (name == "Id") {
      rule.id = part.text();
    } else if (name == kind.arn_element) {
      rule.arn = part.text();
    } else if (name == "Event") {
      TRY_LET(rule.events.emplace_back(), parse_event(part.text()));
    } else if (name == "Filter") {
      TRY(parse_filter(part, rule));
    } else {
      return malformed();
    }
  }
  if (rule.events.empty() || rule.arn.empty()) return malformed();
  if (rule.id.size() > kIdSizeMax) return invalid("An Id is at most 255 characters long.");
  if (rule.id.empty()) rule.id = make_id();
  TRY_LET(rule.target, parse_arn(rule.arn, kind));
  return rule;
}

S3Result<void> check_among(const NotificationRules& rules, const NotificationRule& rule) {
  for (const NotificationRule& other : rules) {
    if (other.id == rule.id) return invalid("Same ID used for multiple configurations.");
    if (overlap(other, rule))
      return invalid(
          "Configurations overlap. Configurations on the same bucket cannot share a common event "
          "type.");
  }
  return {};
}

void write_filter_rule(xml::Writer& writer, std::string_view name,
                       const std::optional<std::string>& value) {
  if (!value) return;
  writer.open("FilterRule").text("Name", name).text("Value", *value).close();
}

void write_rule(xml::Writer& writer, const NotificationRule& rule, const Kind& kind) {
  writer.open(kind.element).text("Id", rule.id).text(kind.arn_element, rule.arn);
  for (const std::string& event : rule.events) writer.text("Event", "s3:" + event);
  if (rule.prefix || rule.suffix) {
    writer.open("Filter").open("S3Key");
    write_filter_rule(writer, "Prefix", rule.prefix);
    write_filter_rule(writer, "Suffix", rule.suffix);
    writer.close().close();
  }
  writer.close();
}

}  // namespace

S3Result<NotificationRules> parse_notification_rules(std::string_view document) {
  const auto xml = xml::Document::parse(document, {.size_max = kDocumentSizeMax});
  if (!xml || xml->root().name() != "NotificationConfiguration") return malformed();
  NotificationRules rules;
  for (const xml::Element& element : xml->root().children()) {
    if (element.name() == "EventBridgeConfiguration")
      return refuse(S3Error::not_implemented, "There is no EventBridge here.");
    const auto kind = std::ranges::find(kKinds, element.name(), &Kind::element);
    if (kind == kKinds.end()) return malformed();
    TRY_LET(NotificationRule rule, parse_rule(element, *kind));
    TRY(check_among(rules, rule));
    rules.push_back(std::move(rule));
  }
  if (rules.size() > kRulesMax) return malformed();
  return rules;
}

std::string write_notification_rules(const NotificationRules& rules) {
  xml::Writer writer;
  writer.open("NotificationConfiguration", kXmlNamespace);
  for (const NotificationRule& rule : rules)
    write_rule(writer, rule, *std::ranges::find(kKinds, rule.target.kind, &Kind::kind));
  return std::move(writer).finish();
}

}  // namespace tintype::bucket
