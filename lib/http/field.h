// Header fields as they are written, in requests and in responses.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace tintype::http {

/// RFC 9110, 5.6.2. A table, for each character of each name is asked about.
inline constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789!#$%&'*+-.^_`|~"))
    table.at(static_cast<unsigned char>(c)) = true;
  return table;
}();

/// Names of fields and methods.
inline bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return kTokenCharacters[static_cast<unsigned char>(c)];
  });
}

/// Nothing that would end the field.
inline bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

inline void append_field(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  head += value;
  head += "\r\n";
}

}  // namespace tintype::http
