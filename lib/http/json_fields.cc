#include "http/json_fields.h"

#include <utility>

#include "base/text.h"

namespace tintype::http {
namespace {

/// "#/a~1b%20c": RFC 6901, 3 and 6.
std::string pointer_to(std::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (c == '~')
      escaped += "~0";
    else if (c == '/')
      escaped += "~1";
    else
      escaped += c;
  }
  return "#/" + percent_encode(escaped);
}

}  // namespace

std::optional<std::string_view> JsonFields::required_text(std::string_view name) {
  known_.emplace(name);
  const boost::json::value* const value = object_.if_contains(name);
  if (value == nullptr) {
    refuse(name, "is missing");
    return std::nullopt;
  }
  if (!value->is_string()) {
    refuse(name, "must be a text");
    return std::nullopt;
  }
  return std::string_view(value->get_string());
}

void JsonFields::refuse(std::string_view name, std::string detail) {
  if (faults_.size() < kFaultsMax)
    faults_.push_back({.pointer = pointer_to(name), .detail = std::move(detail)});
}

std::vector<Problem::Fault> JsonFields::finish() {
  for (const auto& member : object_)
    if (!known_.contains(std::string_view(member.key())))
      refuse(member.key(), "is not a field that can be set");
  return std::move(faults_);
}

}  // namespace tintype::http
