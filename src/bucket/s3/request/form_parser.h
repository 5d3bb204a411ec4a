// Reading multipart/form-data (RFC 7578) as it arrives, the way S3's forms have it: small fields
// first, then one file of any size.
//
//   feed(bytes) ──▶ next() ──▶ Field* ──▶ FileBegin ──▶ FileData* ──▶ FileEnd ──▶ End
//                     └──▶ NeedMore: feed again
//
// Strict where leniency would let two readers see two forms: no text before the first boundary, no
// folded or bare line ends, every part named once, every boundary followed by its line end alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/text.h"

namespace tintype::bucket {

/// Thread-compatible; does no I/O.
class FormParser {
 public:
  static constexpr std::size_t kBoundarySizeMax = 70;  ///< RFC 2046, 5.1.1.
  static constexpr std::size_t kHeadSizeMax = 4096;    ///< Of one part's headers.
  /// All fields with their heads; S3: "the form data must be less than 20 KB".
  static constexpr std::size_t kFieldsSizeMax = 20'000;
  static constexpr std::size_t kFieldCountMax = 100;
  static constexpr std::string_view kFileField = "file";

  struct NeedMore {};
  struct Field {
    std::string name;  ///< As sent; never kFileField.
    std::string value;
  };
  struct FileBegin {
    std::string file_name;  ///< As sent, without folders; may be empty. Not to be trusted.
  };
  struct FileData {
    Bytes bytes;  ///< Never empty. Valid until the next feed() or next().
  };
  struct FileEnd {};
  struct End {};
  using Event = std::variant<NeedMore, Field, FileBegin, FileData, FileEnd, End>;

  /// From the Content-Type header. `invalid_argument` if that is no multipart/form-data with a
  /// boundary.
  static Result<FormParser> make(std::string_view content_type);

  /// More of the body. After NeedMore only.
  void feed(Bytes bytes);
  /// `invalid_argument` for what is no form as above, `too_large` over a limit, `conflict` for a
  /// second file. What follows the last boundary is ignored. Not to be called after End or an
  /// error.
  Result<Event> next();

 private:
  enum class State { start, head, field, file, after_boundary, end };

  explicit FormParser(std::string_view boundary) : delimiter_("\r\n--") { delimiter_ += boundary; }

  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }
  Result<Event> next_start();
  Result<Event> next_head();
  Result<Event> next_field();
  Result<Event> next_file();
  Result<Event> next_after_boundary();
  Status spend(std::size_t size);

  std::string delimiter_;  // With the line end that belongs to it.
  std::string buffer_;
  std::size_t at_ = 0;  // Of buffer_, what was read.
  State state_ = State::start;
  std::string name_;  // Of the field that is being read.
  std::size_t fields_size_ = 0;
  std::size_t field_count_ = 0;
  bool had_file_ = false;
};

}  // namespace tintype::bucket
