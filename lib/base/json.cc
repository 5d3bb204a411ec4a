#include "base/json.h"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tintype {

namespace {

namespace json = boost::json;

/// Takes the parser's events and keeps only the names of the objects that are open. Names and
/// signatures are those that boost::json::basic_parser calls.
struct NameCheck {
  constexpr static std::size_t max_object_size = static_cast<std::size_t>(-1);  // NOLINT
  constexpr static std::size_t max_array_size = static_cast<std::size_t>(-1);   // NOLINT
  constexpr static std::size_t max_key_size = static_cast<std::size_t>(-1);     // NOLINT
  constexpr static std::size_t max_string_size = static_cast<std::size_t>(-1);  // NOLINT
  using Code = json::error_code;
  using Text = json::string_view;

  std::vector<std::set<std::string, std::less<>>> open;
  std::string name;  // Of the member that is being read, so far.

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, Code&) {
    open.pop_back();
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_key_part(Text part, std::size_t, Code&) {
    name.append(part.data(), part.size());
    return true;
  }
  bool on_key(Text part, std::size_t, Code& error) {
    name.append(part.data(), part.size());
    if (open.back().insert(std::exchange(name, {})).second) return true;
    error = make_error_code(std::errc::invalid_argument);
    return false;
  }
  bool on_string_part(Text, std::size_t, Code&) { return true; }
  bool on_string(Text, std::size_t, Code&) { return true; }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t, Text, Code&) { return true; }
  bool on_uint64(std::uint64_t, Text, Code&) { return true; }
  bool on_double(double, Text, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

}  // namespace

Result<boost::json::object> parse_json_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::error_code error;

  json::basic_parser<NameCheck> names(options);
  const std::size_t taken = names.write_some(false, text.data(), text.size(), error);
  if (!names.handler().open.empty() && error == std::errc::invalid_argument)
    return fail(ErrorCode::invalid_argument, "json: a name is there twice");
  if (error || taken != text.size()) return fail(ErrorCode::invalid_argument, "json: malformed");

  json::value value = json::parse(text, error, {}, options);
  if (error) return fail(ErrorCode::invalid_argument, "json: malformed");
  if (!value.is_object()) return fail(ErrorCode::invalid_argument, "json: not an object");
  return std::move(value.get_object());
}

}  // namespace tintype
