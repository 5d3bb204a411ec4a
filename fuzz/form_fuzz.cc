// A form is read the same however its bytes arrive, and what is read lies inside its limits. The
// first byte says in which pieces.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bucket/s3/request/form_parser.h"

namespace {

using tintype::bucket::FormParser;

/// What was read, or "error"; neither depends on the pieces.
std::string read(std::string_view body, std::size_t piece) {
  auto parser = FormParser::make("multipart/form-data; boundary=b");
  if (!parser) std::abort();
  std::string seen;
  std::size_t fields_size = 0;
  for (;;) {
    const auto event = parser->next();
    if (!event) {
      if (event.error().message.empty()) std::abort();
      return "error";
    }
    if (std::holds_alternative<FormParser::End>(*event)) return seen + "end";
    if (std::holds_alternative<FormParser::NeedMore>(*event)) {
      if (body.empty()) return seen + "cut";
      parser->feed(tintype::as_bytes(body.substr(0, piece)));
      body.remove_prefix(std::min(piece, body.size()));
    } else if (const auto* field = std::get_if<FormParser::Field>(&*event)) {
      fields_size += field->value.size();
      if (field->name.empty() || fields_size > FormParser::kFieldsSizeMax) std::abort();
      seen += field->name + "=" + field->value + ";";
    } else if (const auto* file = std::get_if<FormParser::FileBegin>(&*event)) {
      if (file->file_name.find_first_of("/\\\r\n") != std::string::npos) std::abort();
      seen += "file " + file->file_name + "=";
    } else if (const auto* data = std::get_if<FormParser::FileData>(&*event)) {
      if (data->bytes.empty()) std::abort();
      seen += tintype::as_text(data->bytes);
    } else {
      seen += ";";
    }
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (read(body, SIZE_MAX) != read(body, 1U + data[0])) std::abort();
  return 0;
}
