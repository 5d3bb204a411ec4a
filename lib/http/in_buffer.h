#pragma once

#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "base/assert.h"

namespace tintype::http {

/// Bytes that arrived on a connection and were not used yet:
///
///   storage  | used | text ........ | room ... |
///            0      begin           end        capacity
///
/// Invariant: begin <= end <= capacity. Views of text() live until make_room().
class InBuffer {
 public:
  std::string_view text() const { return {storage_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }

  /// The first `size` bytes are used. They stay where they are until make_room().
  void consume(std::size_t size) {
    ASSERT(size <= this->size());
    begin_ += size;
  }

  /// Room behind the text. Moves the text to the front, and into a storage of `capacity` bytes if
  /// the present one is smaller. Empty only if the text fills all of it.
  std::span<char> make_room(std::size_t capacity) {
    if (capacity > capacity_) {
      auto larger = std::make_unique_for_overwrite<char[]>(capacity);
      if (!empty()) std::memcpy(larger.get(), storage_.get() + begin_, size());
      storage_ = std::move(larger);
      capacity_ = capacity;
    } else if (begin_ > 0 && !empty()) {
      std::memmove(storage_.get(), storage_.get() + begin_, size());
    }
    end_ = size();
    begin_ = 0;
    return {storage_.get() + end_, capacity_ - end_};
  }

  /// `size` bytes were written into the room.
  void commit(std::size_t size) {
    ASSERT(size <= capacity_ - end_);
    end_ += size;
  }

  /// Gives the storage back if it is empty and larger than `capacity_max`.
  void shrink(std::size_t capacity_max) {
    if (empty() && capacity_ > capacity_max) *this = InBuffer();
  }

  /// For a decoder in place: the bytes of text(), to be overwritten.
  std::span<char> writable() { return {storage_.get() + begin_, size()}; }

 private:
  std::unique_ptr<char[]> storage_;  // Null while capacity is 0.
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace tintype::http
