#include "bucket/s3/rule/cors_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/rule/glob.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kRulesMax = 100;  // S3's own, as the size is.
constexpr std::size_t kDocumentSizeMax = std::size_t{64} << 10;
constexpr std::array<std::string_view, 5> kMethods = {"GET", "PUT", "POST", "DELETE", "HEAD"};

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return matches_glob(text, pattern); });
}

S3Result<std::string> parse_pattern(const xml::Element& element) {
  std::string pattern = element.text();
  if (std::ranges::count(pattern, '*') > 1)
    return refuse(S3Error::invalid_request, std::string(element.name()) + " \"" + pattern +
                                                "\" can not have more than one wildcard.");
  return pattern;
}

S3Result<CorsRule> parse_rule(const xml::Element& element) {
  CorsRule rule;
  for (const xml::Element& part : element.children()) {
    const std::string_view name = part.name();
    if (name == "ID") {
      rule.id = part.text();
    } else if (name == "AllowedOrigin") {
      TRY_LET(std::string origin, parse_pattern(part));
      rule.origins.push_back(std::move(origin));
    } else if (name == "AllowedMethod") {
      rule.methods.push_back(part.text());
      if (std::ranges::find(kMethods, rule.methods.back()) == kMethods.end())
        return refuse(S3Error::invalid_request,
                      "Found unsupported HTTP method in CORS config. Unsupported method is " +
                          rule.methods.back());
    } else if (name == "AllowedHeader") {
      TRY_LET(const std::string header, parse_pattern(part));
      rule.headers.push_back(to_lower(header));
    } else if (name == "ExposeHeader") {
      rule.exposed.push_back(part.text());
    } else if (name == "MaxAgeSeconds") {
      rule.max_age_s = parse_integer<std::uint32_t>(part.text());
      if (!rule.max_age_s) return refuse(S3Error::malformed_xml);
    } else {
      return refuse(S3Error::malformed_xml);
    }
  }
  if (rule.origins.empty() || rule.methods.empty()) return refuse(S3Error::malformed_xml);
  return rule;
}

/// They go into header fields as they are.
bool is_plain(const CorsRule& rule) {
  const auto plain = [](const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  };
  return std::ranges::all_of(rule.origins, plain) && std::ranges::all_of(rule.exposed, plain);
}

}  // namespace

const CorsRule* find_rule(const CorsRules& rules, const CorsQuestion& question) {
  const auto allows = [&](const CorsRule& rule) {
    return matches_any(rule.origins, question.origin) &&
           std::ranges::find(rule.methods, question.method) != rule.methods.end() &&
           std::ranges::all_of(question.headers, [&](const std::string& header) {
             return matches_any(rule.headers, header);
           });
  };
  const auto found = std::ranges::find_if(rules, allows);
  return found == rules.end() ? nullptr : &*found;
}

bool is_for_everyone(const CorsRule& rule) {
  return std::ranges::find(rule.origins, "*") != rule.origins.end();
}

S3Result<CorsRules> parse_cors_rules(std::string_view document) {
  const auto xml = xml::Document::parse(document, {.size_max = kDocumentSizeMax});
  if (!xml || xml->root().name() != "CORSConfiguration") return refuse(S3Error::malformed_xml);
  CorsRules rules;
  for (const xml::Element& element : xml->root().children()) {
    if (element.name() != "CORSRule") return refuse(S3Error::malformed_xml);
    TRY_LET(CorsRule rule, parse_rule(element));
    if (!is_plain(rule)) return refuse(S3Error::invalid_request);
    rules.push_back(std::move(rule));
  }
  if (rules.empty() || rules.size() > kRulesMax) return refuse(S3Error::malformed_xml);
  return rules;
}

std::string write_cors_rules(const CorsRules& rules) {
  xml::Writer writer;
  writer.open("CORSConfiguration", kXmlNamespace);
  const auto write_all = [&](std::string_view name, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) writer.text(name, text);
  };
  for (const CorsRule& rule : rules) {
    writer.open("CORSRule");
    if (!rule.id.empty()) writer.text("ID", rule.id);
    write_all("AllowedOrigin", rule.origins);
    write_all("AllowedMethod", rule.methods);
    write_all("AllowedHeader", rule.headers);
    write_all("ExposeHeader", rule.exposed);
    if (rule.max_age_s) writer.number("MaxAgeSeconds", *rule.max_age_s);
    writer.close();
  }
  return std::move(writer).finish();
}

}  // namespace tintype::bucket
