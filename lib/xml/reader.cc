#include "xml/reader.h"

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <utility>

#include "base/text.h"

namespace tintype::xml {

struct Document::State {
  pugi::xml_document document;
};

namespace {

std::unexpected<Error> refused(std::string_view why) {
  return fail(ErrorCode::invalid_argument, "read XML: " + std::string(why));
}

/// XML 1.0, 2.2: no control character but tab and line ends.
bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

/// True if `text` begins with one of the five named references or a numeric one. pugixml leaves any
/// other as text, where somebody else would see an entity.
bool begins_with_reference(std::string_view text) {
  constexpr std::array<std::string_view, 5> kNamed = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
  if (std::ranges::any_of(kNamed, [&](std::string_view name) { return text.starts_with(name); }))
    return true;
  if (!text.starts_with("&#")) return false;
  const bool hexadecimal = text.starts_with("&#x");
  const std::string_view digits =
      text.substr(hexadecimal ? 3 : 2, text.substr(0, 12).find(';') - (hexadecimal ? 3 : 2));
  std::uint32_t point = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), point, hexadecimal ? 16 : 10);
  return error == std::errc() && end == digits.data() + digits.size() && point > 0 &&
         point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}

/// Looks for what pugixml would let pass.
Status check_text(std::string_view text) {
  constexpr std::string_view kComment = "<!--";
  constexpr std::string_view kCdata = "<![CDATA[";
  if (!is_utf8(text)) return refused("not UTF-8");
  if (has_control_character(text)) return refused("a control character");
  for (std::size_t at = 0; (at = text.find_first_of("<&", at)) != std::string_view::npos; ++at) {
    const std::string_view rest = text.substr(at);
    if (rest[0] == '&') {
      if (!begins_with_reference(rest)) return refused("an unknown entity");
    } else if (rest.starts_with(kComment)) {
      at = text.find("-->", at + kComment.size());
    } else if (rest.starts_with(kCdata)) {
      at = text.find("]]>", at + kCdata.size());
    } else if (rest.starts_with("<!")) {
      return refused("a document type");
    }
    if (at == std::string_view::npos) return refused("cut off");
  }
  return {};
}

/// One element, and no text beside it.
Status check_root(const pugi::xml_document& document) {
  int elements = 0;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_element) ++elements;
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata)
      return refused("text outside of the root");
  }
  if (elements != 1) return refused("not one root");
  return {};
}

struct Bounds final : pugi::xml_tree_walker {
  explicit Bounds(const Document::Limits& bounds) : limits(bounds) {}
  bool for_each(pugi::xml_node& node) override {
    if (node.type() != pugi::node_element) return true;
    return ++count <= limits.element_count_max &&
           static_cast<std::size_t>(depth()) < limits.depth_max;
  }

  const Document::Limits& limits;
  std::size_t count = 0;
};

pugi::xml_node node_of(void* node) {
  return pugi::xml_node(static_cast<pugi::xml_node_struct*>(node));
}

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string_view Element::name() const { return local_name(node_of(node_).name()); }

std::string Element::text() const {
  std::string result;
  for (const pugi::xml_node& child : node_of(node_).children())
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      result += child.value();
  return result;
}

std::optional<Element> Element::child(std::string_view name) const {
  for (const Element& element : children())
    if (element.name() == name) return element;
  return std::nullopt;
}

std::vector<Element> Element::children() const {
  std::vector<Element> result;
  for (const pugi::xml_node& child : node_of(node_).children())
    if (child.type() == pugi::node_element) result.push_back(Element(child.internal_object()));
  return result;
}

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.size_max) return fail(ErrorCode::too_large, "read XML: over the limit");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  TRY(check_text(text));
  auto state = std::make_unique<State>();
  // parse_fragment keeps text outside of the root, so that it can be refused. White space alone is
  // kept where it is all there is (a key of one space is a key).
  const unsigned options =
      pugi::parse_default | pugi::parse_fragment | pugi::parse_ws_pcdata_single;
  const auto parsed =
      state->document.load_buffer(text.data(), text.size(), options, pugi::encoding_utf8);
  if (!parsed) return refused(parsed.description());
  TRY(check_root(state->document));
  Bounds bounds(limits);
  if (!state->document.traverse(bounds)) return refused("too deep or too many elements");
  return Document(std::move(state));
}

Element Document::root() const {
  for (const pugi::xml_node& node : state_->document.children())
    if (node.type() == pugi::node_element) return Element(node.internal_object());
  __builtin_unreachable();  // parse() saw one.
}

}  // namespace tintype::xml
