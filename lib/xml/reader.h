// Reading the small XML bodies that S3 requests carry. Strict: UTF-8 only, one root, no document
// type and so no entities of its own, nothing undefined, within size, depth and count.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tintype::xml {

/// An element of a Document; valid while that is. A cheap handle.
class Element {
 public:
  /// Without its namespace prefix: S3 ignores namespaces, and so do we.
  std::string_view name() const;
  /// The text directly inside, with references resolved; "" if there is none.
  std::string text() const;
  /// The first child of that name, or nothing.
  std::optional<Element> child(std::string_view name) const;
  /// All child elements, in order.
  std::vector<Element> children() const;

 private:
  friend class Document;
  explicit Element(void* node) : node_(node) {}
  void* node_;  // A pugi::xml_node_struct; third-party types stay out of headers.
};

/// A parsed document. Movable; thread-compatible.
class Document {
 public:
  struct Limits {
    std::size_t size_max = std::size_t{64} * 1024;
    std::size_t depth_max = 16;
    std::size_t element_count_max = 16'384;
  };

  /// `too_large` over the size, `invalid_argument` for all else.
  static Result<Document> parse(std::string_view text, const Limits& limits);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Element root() const;

 private:
  struct State;
  explicit Document(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tintype::xml
