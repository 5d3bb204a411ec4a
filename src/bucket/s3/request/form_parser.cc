#include "bucket/s3/request/form_parser.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tintype::bucket {

namespace {

std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorCode::invalid_argument, "form: " + std::string(why));
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// RFC 2046, 5.1.1; no space at the end.
bool is_boundary(std::string_view text) {
  constexpr std::string_view kAlso = "'()+_,-./:=? ";
  return !text.empty() && text.size() <= FormParser::kBoundarySizeMax && !text.ends_with(' ') &&
         std::ranges::all_of(text, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kAlso.find(c) != std::string_view::npos;
         });
}

/// Cuts a parameter's value off the front of `text`: a token or a quoted string. In quotes a
/// backslash hides a quote or a backslash and is itself otherwise: a browser of old sends "C:\x".
std::optional<std::string> cut_value(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.find_first_of("; \t\""), text.size());
    value = text.substr(0, end);
    text.remove_prefix(end);
    return value.empty() ? std::nullopt : std::optional(value);
  }
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool hidden =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (hidden) {
      value += text[++i];
    } else if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    } else {
      value += text[i];
    }
  }
  return std::nullopt;  // Never closed.
}

/// The value of one parameter of "form-data; name=..."; nothing if it is not there. An error if the
/// text is malformed or has the parameter twice.
Result<std::optional<std::string>> parameter_of(std::string_view text, std::string_view wanted) {
  std::optional<std::string> found;
  text.remove_prefix(std::min(text.find(';'), text.size()));
  while (!(text = trim(text)).empty()) {
    if (!text.starts_with(';')) return malformed("parameters that are not separated");
    text = trim(text.substr(1));
    if (text.empty()) break;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return malformed("a parameter without a value");
    const std::string_view name = trim(text.substr(0, equals));
    text = trim(text.substr(equals + 1));
    auto value = cut_value(text);
    if (!value) return malformed("a parameter's value is broken");
    if (!equals_ignoring_case(name, wanted)) continue;
    if (found) return malformed("a parameter is there twice");
    found = *std::move(value);
  }
  return found;
}

struct PartHead {
  std::string name;
  std::string file_name;
};

/// The lines of a part's head, without the empty one.
Result<PartHead> parse_head(std::string_view head) {
  std::optional<std::string_view> disposition;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    // A bare CR or LF, or a NUL, is how one header is made to look like two.
    if (std::ranges::any_of(line, [](char c) { return is_control(c) && c != '\t'; }))
      return malformed("a control character in a part's head");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.front() == ' ' ||
        line.front() == '\t')
      return malformed("a line of a part's head is no header");
    if (!equals_ignoring_case(trim(line.substr(0, colon)), "Content-Disposition")) continue;
    if (disposition) return malformed("two Content-Dispositions");
    disposition = trim(line.substr(colon + 1));
  }
  if (!disposition) return malformed("a part without Content-Disposition");
  const auto type = trim(disposition->substr(0, disposition->find(';')));
  if (!equals_ignoring_case(type, "form-data")) return malformed("a part that is no form-data");
  TRY_LET(auto name, parameter_of(*disposition, "name"));
  TRY_LET(auto file_name, parameter_of(*disposition, "filename"));
  if (!name || name->empty()) return malformed("a part without a name");
  PartHead part{.name = *std::move(name), .file_name = std::move(file_name).value_or("")};
  // Whoever sends the whole path means its last segment.
  part.file_name.erase(0, part.file_name.find_last_of("/\\") + 1);
  return part;
}

}  // namespace

Result<FormParser> FormParser::make(std::string_view content_type) {
  const auto type = trim(content_type.substr(0, content_type.find(';')));
  if (!equals_ignoring_case(type, "multipart/form-data"))
    return malformed("the Content-Type is not multipart/form-data");
  TRY_LET(const auto boundary, parameter_of(content_type, "boundary"));
  if (!boundary || !is_boundary(*boundary)) return malformed("no valid boundary");
  return FormParser(*boundary);
}

void FormParser::feed(Bytes bytes) {
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_.append(as_text(bytes));
}

Result<FormParser::Event> FormParser::next() {
  switch (state_) {
    case State::start: return next_start();
    case State::head: return next_head();
    case State::field: return next_field();
    case State::file: return next_file();
    case State::after_boundary: return next_after_boundary();
    case State::end: return Event(End{});
  }
  __builtin_unreachable();
}

/// The first boundary has no line before it.
Result<FormParser::Event> FormParser::next_start() {
  const std::string_view first = std::string_view(delimiter_).substr(2);
  const std::string_view text = rest();
  if (text.substr(0, first.size()) != first.substr(0, text.size()))
    return malformed("it does not begin with its boundary");
  if (text.size() < first.size()) return Event(NeedMore{});
  at_ += first.size();
  state_ = State::after_boundary;
  return next();
}

Result<FormParser::Event> FormParser::next_after_boundary() {
  const std::string_view text = rest();
  if (text.size() < 2) return Event(NeedMore{});
  at_ += 2;
  if (text.starts_with("--")) {
    state_ = State::end;
    return Event(End{});
  }
  if (!text.starts_with("\r\n")) return malformed("something behind a boundary");
  state_ = State::head;
  return next();
}

Result<FormParser::Event> FormParser::next_head() {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::string_view text = rest();
  const std::size_t end = text.substr(0, kHeadSizeMax).find(kEnd);
  if (end == std::string_view::npos) {
    if (text.size() >= kHeadSizeMax) return fail(ErrorCode::too_large, "form: a part's head");
    return Event(NeedMore{});
  }
  TRY_LET(PartHead part, parse_head(text.substr(0, end)));
  at_ += end + kEnd.size();
  if (equals_ignoring_case(part.name, kFileField)) {
    if (std::exchange(had_file_, true)) return fail(ErrorCode::conflict, "form: a second file");
    state_ = State::file;
    return Event(FileBegin{.file_name = std::move(part.file_name)});
  }
  if (++field_count_ > kFieldCountMax) return fail(ErrorCode::too_large, "form: too many fields");
  TRY(spend(end + kEnd.size()));
  name_ = std::move(part.name);
  state_ = State::field;
  return next();
}

Result<FormParser::Event> FormParser::next_field() {
  const std::string_view text = rest();
  const std::size_t size_max = kFieldsSizeMax - fields_size_;
  const std::size_t end = text.substr(0, size_max + delimiter_.size()).find(delimiter_);
  if (end == std::string_view::npos) {
    if (text.size() >= size_max + delimiter_.size())
      return fail(ErrorCode::too_large, "form: the fields");
    return Event(NeedMore{});
  }
  TRY(spend(end));
  Field field{.name = std::move(name_), .value = std::string(text.substr(0, end))};
  at_ += end + delimiter_.size();
  state_ = State::after_boundary;
  return Event(std::move(field));
}

Result<FormParser::Event> FormParser::next_file() {
  const std::string_view text = rest();
  const std::size_t end = text.find(delimiter_);
  if (end == 0) {
    at_ += delimiter_.size();
    state_ = State::after_boundary;
    return Event(FileEnd{});
  }
  // What may be the beginning of a delimiter stays until it is decided.
  std::size_t size = end;
  if (end == std::string_view::npos)
    size = text.size() - std::min(text.size(), delimiter_.size() - 1);
  if (size == 0) return Event(NeedMore{});
  at_ += size;
  return Event(FileData{.bytes = as_bytes(text.substr(0, size))});
}

Status FormParser::spend(std::size_t size) {
  fields_size_ += size;
  if (fields_size_ > kFieldsSizeMax) return fail(ErrorCode::too_large, "form: the fields");
  return {};
}

}  // namespace tintype::bucket
