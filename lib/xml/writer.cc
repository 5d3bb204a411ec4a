#include "xml/writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/assert.h"

namespace tintype::xml {

std::string escape(std::string_view value) {
  std::string result;
  result.reserve(value.size());
  for (const char c : value) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&apos;"; break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
          result += fmt::format("&#x{:x};", byte);
        else
          result += c;
      }
    }
  }
  return result;
}

Writer::Writer() : document_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

Writer& Writer::open(std::string_view name, std::string_view xmlns) {
  document_ += '<';
  document_ += name;
  document_ += '>';
  open_.emplace_back(name);
  return xmlns.empty() ? *this : attribute("xmlns", xmlns);
}

Writer& Writer::attribute(std::string_view name, std::string_view value) {
  ASSERT(document_.ends_with('>'));
  document_.pop_back();
  document_ += ' ';
  document_ += name;
  document_ += "=\"" + escape(value) + "\">";
  return *this;
}

Writer& Writer::close() {
  ASSERT(!open_.empty());
  document_ += "</" + open_.back() + '>';
  open_.pop_back();
  return *this;
}

Writer& Writer::text(std::string_view name, std::string_view value) {
  open(name);
  document_ += escape(value);
  return close();
}

Writer& Writer::number(std::string_view name, std::uint64_t value) {
  return text(name, std::to_string(value));
}

Writer& Writer::boolean(std::string_view name, bool value) {
  return text(name, value ? "true" : "false");
}

std::string Writer::finish() && {
  while (!open_.empty()) close();
  return std::move(document_);
}

}  // namespace tintype::xml
