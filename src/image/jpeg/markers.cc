#include "image/jpeg/markers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace tintype::image::jpeg {
namespace {

// T.81, table B.1.
constexpr int kSof0 = 0xc0;  // Baseline.
constexpr int kSof1 = 0xc1;  // Extended sequential, Huffman.
constexpr int kSof2 = 0xc2;  // Progressive, Huffman.
constexpr int kDht = 0xc4;
constexpr int kJpg = 0xc8;
constexpr int kDac = 0xcc;
constexpr int kSof15 = 0xcf;
constexpr int kRst0 = 0xd0;
constexpr int kRst7 = 0xd7;
constexpr int kSoi = 0xd8;
constexpr int kEoi = 0xd9;
constexpr int kSos = 0xda;
constexpr int kDqt = 0xdb;
constexpr int kDnl = 0xdc;
constexpr int kDri = 0xdd;
constexpr int kApp0 = 0xe0;
constexpr int kApp1 = 0xe1;
constexpr int kApp2 = 0xe2;
constexpr int kApp14 = 0xee;
constexpr int kTem = 0x01;

constexpr int kBlocksPerMcuMax = 10;  // T.81, B.2.3.
constexpr int kShiftMax = 13;         // Of successive approximation: T.81, B.2.3.

std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::damaged_input, fmt::format("JPEG: {}", what));
}
std::unexpected<Error> unusual(std::string_view what) {
  return fail(ErrorCode::unsupported, fmt::format("JPEG: {}", what));
}

constexpr int rounded_up(int value, int divisor) { return (value - 1) / divisor + 1; }

}  // namespace

bool Scan::covers(int component) const {
  return std::any_of(parts.begin(), parts.begin() + part_count,
                     [=](const ScanPart& part) { return part.component == component; });
}

/// What is left of a marker's segment. Reading beyond its end gives zeros and is remembered.
struct Markers::Segment {
  const std::uint8_t* next;
  const std::uint8_t* end;
  bool overrun = false;

  std::size_t left() const { return static_cast<std::size_t>(end - next); }
  int byte() {
    if (next == end) {
      overrun = true;
      return 0;
    }
    return *next++;
  }
  int word() {
    const int high = byte();
    return high << 8 | byte();
  }
  std::string_view text() const { return {reinterpret_cast<const char*>(next), left()}; }
};

Markers::Markers(Bytes file)
    : next_(reinterpret_cast<const std::uint8_t*>(file.data())), end_(next_ + file.size()) {}

Result<bool> Markers::next_scan() {
  while (true) {
    // Bytes between segments that are no marker: other decoders pass over them, and so do we.
    BitReader reader(next_, end_);
    reader.seek_marker();
    next_ = reader.position();
    if (end_ - next_ < 2) return damaged("cut off between segments");
    const int marker = next_[1];
    next_ += 2;
    if (marker == kEoi) return false;
    if (marker == kSoi || marker == kTem || (marker >= kRst0 && marker <= kRst7)) continue;
    if (end_ - next_ < 2) return damaged("cut off in a segment");
    const int size = next_[0] << 8 | next_[1];
    if (size < 2 || size > end_ - next_) return damaged("a segment ends beyond the file");
    const Segment segment = {next_ + 2, next_ + size};
    next_ += size;
    if (marker == kSos) {
      TRY(read_scan(segment));
      return true;
    }
    TRY(read_segment(marker, segment));
  }
}

void Markers::pass_scan() {
  while (true) {
    BitReader reader(next_, end_);
    reader.seek_marker();
    next_ = reader.position();
    const bool restart = end_ - next_ >= 2 && next_[1] >= kRst0 && next_[1] <= kRst7;
    if (!restart) return;
    next_ += 2;
  }
}

Status Markers::read_segment(int marker, Segment segment) {
  if (marker == kDqt) return read_quantisation(segment);
  if (marker == kDht) return read_huffman(segment);
  if (marker == kDri) return read_restart_interval(segment);
  if (marker == kDac) return unusual("arithmetic coding");
  if (marker == kDnl) return unusual("a height that follows the first scan");
  if (marker >= kSof0 && marker <= kSof15 && marker != kJpg) return read_frame(marker, segment);
  read_application(marker, segment);
  return {};
}

Status Markers::read_quantisation(Segment segment) {
  while (segment.left() > 0) {
    const int what = segment.byte();
    const int index = what & 15;
    if (index >= kTablesMax) return damaged("a fifth quantisation table");
    Quantisation& table = tables_.quantisation[static_cast<std::size_t>(index)].emplace();
    for (std::uint16_t& step : table)
      step = static_cast<std::uint16_t>(what >> 4 ? segment.word() : segment.byte());
  }
  // Some writers shorten the table, and readers differ in what they make of it.
  return segment.overrun ? Status(unusual("a short quantisation table")) : Status();
}

Status Markers::read_huffman(Segment segment) {
  while (segment.left() > 0) {
    const int what = segment.byte();
    const int index = what & 15;
    if (index >= kTablesMax || what >> 4 > 1) return damaged("a Huffman table of no class");
    auto& tables = what >> 4 ? tables_.ac : tables_.dc;
    HuffmanCode& code = tables[static_cast<std::size_t>(index)];
    code = {.defined = true};
    int total = 0;
    for (std::size_t length = 1; length < code.counts.size(); ++length) {
      code.counts[length] = static_cast<std::uint8_t>(segment.byte());
      total += code.counts[length];
    }
    if (total > static_cast<int>(code.symbols.size()) ||
        static_cast<std::size_t>(total) > segment.left())
      return damaged("a Huffman table ends beyond its segment");
    for (int i = 0; i < total; ++i)
      code.symbols[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(segment.byte());
  }
  return segment.overrun ? Status(damaged("a Huffman table is cut off")) : Status();
}

Status Markers::read_restart_interval(Segment segment) {
  if (segment.left() != 2) return damaged("a restart interval of no number");
  tables_.restart_interval = segment.word();
  return {};
}

Status Markers::read_frame(int marker, Segment segment) {
  if (frame_.component_count != 0) return damaged("a second frame");
  if (marker != kSof0 && marker != kSof1 && marker != kSof2)
    return unusual("lossless, hierarchical or arithmetic coding");
  frame_.progressive = marker == kSof2;
  if (segment.byte() != 8) return unusual("samples of more than 8 bits");
  frame_.height = segment.word();
  frame_.width = segment.word();
  const int count = segment.byte();
  if (frame_.height == 0) return unusual("no height");
  if (frame_.width == 0) return damaged("no width");
  if (count != 1 && count != kComponentsMax) return unusual("neither one nor three components");
  if (segment.left() != static_cast<std::size_t>(count) * 3) return damaged("a frame of no length");
  int blocks = 0;
  for (int i = 0; i < count; ++i) {
    Component& component = frame_.components[static_cast<std::size_t>(i)];
    component.id = segment.byte();
    for (int before = 0; before < i; ++before)
      if (frame_.components[static_cast<std::size_t>(before)].id == component.id)
        return unusual("two components of one name");
    const int factors = segment.byte();
    component.horizontal = factors >> 4;
    component.vertical = factors & 15;
    component.quantisation = segment.byte();
    // Others mind only if a scan brings the component.
    if (component.quantisation >= kTablesMax) return unusual("a fifth quantisation table");
    for (const int factor : {component.horizontal, component.vertical})
      if (factor < 1 || factor > 4) return damaged("a sampling factor out of range");
    // Alone, a component has no MCU to share: T.81, A.2.2.
    if (count == 1) component.horizontal = component.vertical = 1;
    blocks += component.horizontal * component.vertical;
    frame_.horizontal_max = std::max(frame_.horizontal_max, component.horizontal);
    frame_.vertical_max = std::max(frame_.vertical_max, component.vertical);
  }
  if (blocks > kBlocksPerMcuMax) return unusual("more than ten blocks in an MCU");
  for (int i = 0; i < count; ++i) {
    Component& component = frame_.components[static_cast<std::size_t>(i)];
    if (frame_.horizontal_max % component.horizontal != 0 ||
        frame_.vertical_max % component.vertical != 0)
      return unusual("samples that do not line up");
    component.blocks_wide =
        rounded_up(rounded_up(frame_.width * component.horizontal, frame_.horizontal_max), 8);
    component.blocks_high =
        rounded_up(rounded_up(frame_.height * component.vertical, frame_.vertical_max), 8);
  }
  frame_.component_count = count;
  return {};
}

Status Markers::read_scan(Segment segment) {
  if (frame_.component_count == 0) return damaged("a scan before its frame");
  TRY(check_colours());
  scan_ = {};
  scan_.part_count = segment.byte();
  if (scan_.part_count < 1 || scan_.part_count > frame_.component_count)
    return damaged("a scan of no component");
  if (segment.left() != static_cast<std::size_t>(scan_.part_count) * 2 + 3)
    return damaged("a scan of no length");
  for (int i = 0; i < scan_.part_count; ++i) {
    const int id = segment.byte();
    const auto* const begin = frame_.components.begin();
    const auto* const end = begin + frame_.component_count;
    const auto* const found =
        std::find_if(begin, end, [=](const Component& each) { return each.id == id; });
    if (found == end) return damaged("a scan of an unknown component");
    const auto index = static_cast<int>(found - begin);
    for (int before = 0; before < i; ++before)
      if (scan_.parts[static_cast<std::size_t>(before)].component == index)
        return damaged("a scan of one component twice");
    const int tables = segment.byte();
    if (tables >> 4 >= kTablesMax || (tables & 15) >= kTablesMax)
      return damaged("a fifth Huffman table");
    scan_.parts[static_cast<std::size_t>(i)] = {
        .component = index, .dc_table = tables >> 4, .ac_table = tables & 15};
  }
  scan_.first = segment.byte();
  scan_.last = segment.byte();
  const int approximation = segment.byte();
  scan_.high = approximation >> 4;
  scan_.low = approximation & 15;
  if (!frame_.progressive) {
    scan_.first = 0;  // Whatever it says: T.81, B.2.3, leaves no choice.
    scan_.last = kCoefficients - 1;
    scan_.high = scan_.low = 0;
    return {};
  }
  const bool dc = scan_.first == 0;
  if (dc ? scan_.last != 0 : scan_.last < scan_.first || scan_.last > 63 || scan_.part_count != 1)
    return damaged("a scan of no band");
  if (scan_.low > kShiftMax || (scan_.high != 0 && scan_.low != scan_.high - 1))
    return damaged("a scan of no bit");
  return {};
}

/// Only Y'CbCr and grey are ours. What the numbers mean is told by JFIF and Adobe's segment, and
/// else guessed from the components' names as libjpeg does (jdapimin.c).
Status Markers::check_colours() const {
  if (frame_.component_count == 1 || jfif_) return {};
  if (adobe_transform_)
    return *adobe_transform_ == 0 ? Status(unusual("samples of red, green and blue")) : Status();
  const auto& parts = frame_.components;
  if (parts[0].id == 'R' && parts[1].id == 'G' && parts[2].id == 'B')
    return unusual("samples of red, green and blue");
  return {};
}

void Markers::read_application(int marker, Segment segment) {
  using namespace std::string_view_literals;
  std::string_view text = segment.text();
  const auto take_prefix = [&](std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
  };
  constexpr std::size_t kJfifSizeMin = 14;  // T.871, 10.1.
  if (marker == kApp0 && text.starts_with("JFIF\0"sv) && text.size() >= kJfifSizeMin) jfif_ = true;
  if (marker == kApp1 && exif_.empty() && take_prefix("Exif\0\0"sv)) exif_ = text;
  // T.872, 6.5.3: version, flags, and the transform in the twelfth byte.
  if (marker == kApp14 && text.starts_with("Adobe") && text.size() >= 12)
    adobe_transform_ = static_cast<std::uint8_t>(text[11]);
  // ICC.1:2022, B.4.
  if (marker == kApp2 && take_prefix("ICC_PROFILE\0"sv) && text.size() >= 2)
    profile_.push_back({.number = static_cast<std::uint8_t>(text[0]),
                        .count = static_cast<std::uint8_t>(text[1]),
                        .bytes = text.substr(2)});
}

std::string Markers::icc() const {
  std::string profile;
  std::vector<std::optional<std::string_view>> parts(profile_.size());
  for (const ProfilePart& part : profile_) {
    const auto index = static_cast<std::size_t>(part.number) - 1;
    const bool fits = static_cast<std::size_t>(part.count) == parts.size() && part.number > 0 &&
                      index < parts.size() && !parts[index];
    if (!fits) return {};
    parts[index] = part.bytes;
  }
  for (const auto& part : parts) profile += *part;
  return profile;
}

}  // namespace tintype::image::jpeg
