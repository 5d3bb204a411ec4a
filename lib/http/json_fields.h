#pragma once

#include <boost/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/problem.h"

namespace tintype::http {

/// Reads the fields of a body strictly, and collects what is wrong with each of them, so that a
/// person can mend all at once. Bound to `object`.
class JsonFields {
 public:
  explicit JsonFields(const boost::json::object& object) : object_(object) {}

  /// A field that must be there and be a text, run through `parse`, a function from
  /// std::string_view to Result<T>. Nothing if it is not, which is then one of the faults.
  template <class Parse>
  auto read(std::string_view name, Parse parse)
      -> std::optional<typename decltype(parse(name))::value_type> {
    const auto text = required_text(name);
    if (!text) return std::nullopt;
    auto parsed = parse(*text);
    if (parsed) return *std::move(parsed);
    refuse(name, parsed.error().message);
    return std::nullopt;
  }
  /// The same for one that may be absent or null.
  template <class Parse>
  auto read_optional(std::string_view name, Parse parse)
      -> std::optional<typename decltype(parse(name))::value_type> {
    const boost::json::value* const value = object_.if_contains(name);
    if (value != nullptr && !value->is_null()) return read(name, parse);
    known_.emplace(name);
    return std::nullopt;
  }
  void refuse(std::string_view name, std::string detail);
  /// All faults, those of unknown fields too. At most kFaultsMax.
  std::vector<Problem::Fault> finish();
  static constexpr std::size_t kFaultsMax = 20;

 private:
  std::optional<std::string_view> required_text(std::string_view name);

  const boost::json::object& object_;
  std::set<std::string, std::less<>> known_;
  std::vector<Problem::Fault> faults_;
};

}  // namespace tintype::http
