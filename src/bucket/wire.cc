#include "bucket/wire.h"

#include <utility>

#include "xml/writer.h"

namespace tintype::bucket {

std::string_view without_quotes(std::string_view etag) {
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"'))
    return etag.substr(1, etag.size() - 2);
  return etag;
}

std::string write_tagging_document(const std::map<std::string, std::string>& tags) {
  xml::Writer writer;
  writer.open("Tagging", kXmlNamespace).open("TagSet");
  for (const auto& [key, value] : tags)
    writer.open("Tag").text("Key", key).text("Value", value).close();
  return std::move(writer).finish();
}

}  // namespace tintype::bucket
