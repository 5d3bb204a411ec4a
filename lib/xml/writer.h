#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::xml {

/// Writes a document from the top down. Names are the program's own constants and are not escaped;
/// values are. Thread-compatible.
///
///   xml::Writer writer;
///   writer.open("Error").text("Code", "NoSuchKey").text("Key", key);
///   return std::move(writer).finish();
class Writer {
 public:
  Writer();

  /// Opens an element, with `xmlns` if it is given; close() or finish() ends it.
  Writer& open(std::string_view name, std::string_view xmlns = {});
  /// Gives one to the element that was just opened.
  Writer& attribute(std::string_view name, std::string_view value);
  Writer& close();
  /// A whole element that holds a text.
  Writer& text(std::string_view name, std::string_view value);
  Writer& number(std::string_view name, std::uint64_t value);
  Writer& boolean(std::string_view name, bool value);

  /// Closes what is open and gives the document away.
  std::string finish() &&;

 private:
  std::string document_;
  std::vector<std::string> open_;
};

/// `value` as element content or attribute. Control characters, which XML 1.0 cannot hold, become
/// references ("&#x1;"), as S3 writes them; clients that cannot read those ask for
/// encoding-type=url.
std::string escape(std::string_view value);

}  // namespace tintype::xml
