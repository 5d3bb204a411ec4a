#include "image/codec/jpeg_file.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "image/codec/block_dct.h"

namespace tintype::image {
namespace {

enum class Marker : std::uint8_t {
  baseline_frame = 0xC0,
  progressive_frame = 0xC2,
  huffman_tables = 0xC4,
  begin = 0xD8,
  end = 0xD9,
  scan = 0xDA,
  quantisation = 0xDB,
  app0 = 0xE0,
  app2 = 0xE2,
};

constexpr std::size_t kSegmentMax = 65'533;  // Its length counts itself: T.81, B.1.1.4.
constexpr std::size_t kIccHeader = 14;       // Name, number, count: ICC.1:2022, B.4.
constexpr std::size_t kIccPartMax = kSegmentMax - kIccHeader;
constexpr std::size_t kIccPartsMax = 255;

/// A segment's bytes, before its length is known.
class Segment {
 public:
  Segment& byte(unsigned value) {
    bytes_ += static_cast<char>(value);
    return *this;
  }
  Segment& word(unsigned value) { return byte(value >> 8).byte(value & 0xFF); }
  Segment& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  void append_to(std::string& file, Marker marker) const {
    Segment head;
    head.byte(0xFF)
        .byte(static_cast<unsigned>(marker))
        .word(static_cast<unsigned>(bytes_.size()) + 2);
    file += head.bytes_;
    file += bytes_;
  }

 private:
  std::string bytes_;
};

void put_marker(std::string& file, Marker marker) {
  file += '\xFF';
  file += static_cast<char>(marker);
}

std::unexpected<Error> over(std::size_t size_max) {
  return fail(ErrorCode::too_large, "JPEG grew over " + std::to_string(size_max) + " bytes");
}

/// Of Cb and Cr, which share their tables; 0 of luma.
unsigned table_of(int channel) { return channel == 0 ? 0 : 1; }

}  // namespace

Status check_frame(const Planes& planes, const JpegSettings& settings) {
  ASSERT(!planes.luma.empty());
  const int side = std::max(planes.width(), planes.height());
  if (side > kJpegSideMax)
    return fail(ErrorCode::too_large, std::to_string(side) +
                                          " pixels on a side of a JPEG: at most " +
                                          std::to_string(kJpegSideMax) + " fit");
  if (settings.icc.size() > kIccPartsMax * kIccPartMax)
    return fail(ErrorCode::too_large, "a profile of " + std::to_string(settings.icc.size()) +
                                          " bytes does not fit into a JPEG");
  ASSERT(settings.size_max >= 1);
  return {};
}

Status check_symbols(const Symbols& symbols, const JpegSettings& settings) {
  if (symbols.size() / 8 > settings.size_max) return over(settings.size_max);
  return {};
}

std::vector<Grid> grids_of(const Planes& planes) {
  std::vector<Grid> grids;
  for (std::size_t i = 0; i < (planes.grey() ? 1 : kChannelsMax); ++i) {
    const Plane& plane = channel(planes, i);
    grids.push_back({.columns = blocks_of(plane.width()),
                     .rows = blocks_of(plane.height()),
                     .factor = i == 0 && planes.subsampled() ? 2 : 1,
                     .chroma = i > 0});
  }
  return grids;
}

JpegFile::JpegFile(const Planes& planes, const JpegSettings& settings, const QuantTables& tables,
                   Process process)
    : planes_(planes), size_max_(settings.size_max) {
  put_marker(file_, Marker::begin);
  // JFIF 1.01, pixels that are square, no thumbnail.
  Segment()
      .text(std::string_view("JFIF\0", 5))
      .word(0x0101)
      .byte(0)
      .word(1)
      .word(1)
      .word(0)
      .append_to(file_, Marker::app0);
  put_icc(settings.icc);
  put_tables(tables);
  put_frame(process);
}

void JpegFile::put_icc(std::string_view icc) {
  const std::size_t parts = (icc.size() + kIccPartMax - 1) / kIccPartMax;
  for (std::size_t i = 0; i < parts; ++i)
    Segment()
        .text(std::string_view("ICC_PROFILE\0", 12))
        .byte(static_cast<unsigned>(i + 1))
        .byte(static_cast<unsigned>(parts))
        .text(icc.substr(i * kIccPartMax, kIccPartMax))
        .append_to(file_, Marker::app2);
}

void JpegFile::put_tables(const QuantTables& tables) {
  Segment segment;
  for (const unsigned slot : {0U, 1U}) {
    if (slot == 1 && planes_.grey()) break;
    segment.byte(slot);
    const QuantTable& table = slot == 0 ? tables.luma : tables.chroma;
    for (const std::uint8_t place : kZigzag) segment.byte(table[place]);
  }
  segment.append_to(file_, Marker::quantisation);
}

void JpegFile::put_frame(Process process) {
  constexpr unsigned kBitsOfSample = 8;
  const int channels = planes_.grey() ? 1 : kChannelsMax;
  Segment segment;
  segment.byte(kBitsOfSample)
      .word(static_cast<unsigned>(planes_.height()))
      .word(static_cast<unsigned>(planes_.width()))
      .byte(static_cast<unsigned>(channels));
  for (int i = 0; i < channels; ++i) {
    const unsigned factor = i == 0 && planes_.subsampled() ? 2 : 1;
    segment.byte(static_cast<unsigned>(i + 1)).byte(factor << 4 | factor).byte(table_of(i));
  }
  segment.append_to(
      file_, process == Process::baseline ? Marker::baseline_frame : Marker::progressive_frame);
}

void JpegFile::put_codes(const Symbols& symbols, std::span<const HuffmanCode, kTables> codes) {
  Segment segment;
  for (std::size_t i = 0; i < kTables; ++i) {
    const auto table = static_cast<Table>(i);
    if (!symbols.uses(table)) continue;
    const unsigned kind = table == Table::ac_luma || table == Table::ac_chroma ? 1 : 0;
    const unsigned slot = table == Table::dc_chroma || table == Table::ac_chroma ? 1 : 0;
    segment.byte(kind << 4 | slot);
    for (std::size_t length = 1; length < codes[i].counts.size(); ++length)
      segment.byte(codes[i].counts[length]);
    for (int n = 0; n < codes[i].size; ++n)
      segment.byte(codes[i].symbols[static_cast<std::size_t>(n)]);
  }
  segment.append_to(file_, Marker::huffman_tables);
}

Status JpegFile::check_size(std::uint64_t more) const {
  if (file_.size() + more > size_max_) return over(size_max_);
  return {};
}

Status JpegFile::add_scan(const ScanHeader& header, const Symbols& symbols) {
  const auto codes = symbols.best_codes();
  TRY(check_size(symbols.bits(codes) / 8));
  put_codes(symbols, codes);
  Segment segment;
  segment.byte(static_cast<unsigned>(header.channel_count));
  for (int i = header.first_channel; i < header.first_channel + header.channel_count; ++i)
    segment.byte(static_cast<unsigned>(i + 1)).byte(table_of(i) << 4 | table_of(i));
  segment.byte(static_cast<unsigned>(header.band.first))
      .byte(static_cast<unsigned>(header.band.last))
      .byte(static_cast<unsigned>(header.shift_before << 4 | header.band.shift))
      .append_to(file_, Marker::scan);
  symbols.write(codes, file_);
  return check_size(0);
}

Result<std::string> JpegFile::finish() {
  put_marker(file_, Marker::end);
  TRY(check_size(0));
  return std::move(file_);
}

}  // namespace tintype::image
