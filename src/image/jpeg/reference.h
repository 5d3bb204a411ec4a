// What libjpeg-turbo makes of a file: what tests and the fuzzer compare with. Header only, because
// the library itself does not know libjpeg.
#pragma once

#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE.
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <jpeglib.h>

#include "base/text.h"
#include "image/jpeg/markers.h"

namespace tintype::image::jpeg::reference {

/// [index in zigzag order]: row x 8 + column. T.81, figure 5.
inline constexpr std::array<int, kCoefficients> kNaturalOrder = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

struct Component {
  int id = 0;
  int horizontal = 1;
  int vertical = 1;
  int blocks_wide = 0;  ///< Of whole MCUs.
  int blocks_high = 0;
  Quantisation steps = {};
  std::vector<std::array<std::int16_t, kCoefficients>> blocks;  ///< Each in natural order.

  const std::array<std::int16_t, kCoefficients>& block(int x, int y) const {
    return blocks[static_cast<std::size_t>(y) * static_cast<std::size_t>(blocks_wide) +
                  static_cast<std::size_t>(x)];
  }
};

struct SeenScan {
  std::vector<int> components;
  int first = 0;
  int last = 0;
  int high = 0;
  int low = 0;
  bool strange_tables = false;   ///< Names a table that no file can have, but does not need it.
  bool standard_tables = false;  ///< One may not be in the file: libjpeg knows those of annex K.
};

struct Picture {
  int width = 0;
  int height = 0;
  bool progressive = false;
  bool arithmetic = false;
  J_COLOR_SPACE colours = JCS_UNKNOWN;
  std::string icc;
  std::vector<Component> components;
  std::vector<SeenScan> scans;
};

/// Reads one file, and gives up at the first warning.
class Reader {
 public:
  explicit Reader(Bytes file, std::int64_t pixels_max)
      : next_(reinterpret_cast<const JOCTET*>(file.data())),
        end_(next_ + file.size()),
        pixels_max_(pixels_max) {
    cinfo_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr cinfo) { self(cinfo).give_up(); };
    errors_.emit_message = [](j_common_ptr cinfo, int level) {
      if (level < 0 && self(cinfo).strict_) self(cinfo).give_up();
    };
    cinfo_.client_data = this;
    jpeg_create_decompress(&cinfo_);
    source_.init_source = [](j_decompress_ptr) {};
    source_.fill_input_buffer = [](j_decompress_ptr cinfo) -> boolean {
      self(cinfo).fill();
      return TRUE;
    };
    source_.skip_input_data = [](j_decompress_ptr cinfo, long count) { self(cinfo).skip(count); };
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.term_source = [](j_decompress_ptr) {};
    cinfo_.src = &source_;
    progress_.progress_monitor = [](j_common_ptr cinfo) { self(cinfo).note_scan(); };
    cinfo_.progress = &progress_;
  }
  ~Reader() { jpeg_destroy_decompress(&cinfo_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// False if libjpeg has anything to say against the file.
  bool read() {
    if (setjmp(escape_) != 0) return false;
    jpeg_save_markers(&cinfo_, JPEG_APP0 + 2, 0xffff);
    jpeg_read_header(&cinfo_, TRUE);
    if (static_cast<std::int64_t>(cinfo_.image_width) * cinfo_.image_height > pixels_max_)
      return false;
    read_profile();
    note_tables();
    jvirt_barray_ptr* const arrays = jpeg_read_coefficients(&cinfo_);
    copy(arrays);
    return true;
  }
  Picture& picture() { return picture_; }

 private:
  // Shorter than the 512 bytes a block that libjpeg wants for its fast loop, which does not warn of
  // codes that no table has.
  static constexpr std::ptrdiff_t kPieceSize = 256;
  static constexpr int kScansMax = 100;

  static std::size_t as_index(int value) { return static_cast<std::size_t>(value); }
  static Reader& self(void* cinfo) {
    return *static_cast<Reader*>(static_cast<j_common_ptr>(cinfo)->client_data);
  }
  [[noreturn]] void give_up() { std::longjmp(escape_, 1); }

  void fill() {
    if (next_ == end_) give_up();
    const auto size = std::min(kPieceSize, end_ - next_);
    source_.next_input_byte = next_;
    source_.bytes_in_buffer = static_cast<std::size_t>(size);
    next_ += size;
  }
  void skip(long count) {
    while (count > static_cast<long>(source_.bytes_in_buffer)) {
      count -= static_cast<long>(source_.bytes_in_buffer);
      fill();
    }
    source_.next_input_byte += count;
    source_.bytes_in_buffer -= static_cast<std::size_t>(count);
  }
  void note_scan() {
    if (cinfo_.input_scan_number > kScansMax) give_up();
    if (cinfo_.input_scan_number == static_cast<int>(picture_.scans.size())) return;
    SeenScan& scan = picture_.scans.emplace_back();
    for (int i = 0; i < cinfo_.comps_in_scan; ++i) {
      const jpeg_component_info& info = *cinfo_.cur_comp_info[i];
      scan.components.push_back(info.component_index);
      const int tables = std::max(info.dc_tbl_no, info.ac_tbl_no);
      if (tables >= kTablesMax)
        scan.strange_tables = true;
      else if (!dc_tables_[as_index(info.dc_tbl_no)] || !ac_tables_[as_index(info.ac_tbl_no)])
        scan.standard_tables = true;
    }
    scan.first = cinfo_.Ss;
    scan.last = cinfo_.Se;
    scan.high = cinfo_.Ah;
    scan.low = cinfo_.Al;
  }
  /// Before libjpeg fills in what is missing.
  void note_tables() {
    for (int i = 0; i < kTablesMax; ++i) {
      dc_tables_[as_index(i)] = cinfo_.dc_huff_tbl_ptrs[i] != nullptr;
      ac_tables_[as_index(i)] = cinfo_.ac_huff_tbl_ptrs[i] != nullptr;
    }
  }
  void read_profile() {
    JOCTET* bytes = nullptr;
    unsigned size = 0;
    strict_ = false;  // A broken profile is no broken picture.
    if (jpeg_read_icc_profile(&cinfo_, &bytes, &size))
      picture_.icc.assign(reinterpret_cast<const char*>(bytes), size);
    strict_ = true;
    std::free(bytes);
  }
  void copy(jvirt_barray_ptr* arrays) {
    picture_.width = static_cast<int>(cinfo_.image_width);
    picture_.height = static_cast<int>(cinfo_.image_height);
    picture_.progressive = cinfo_.progressive_mode;
    picture_.arithmetic = cinfo_.arith_code;
    picture_.colours = cinfo_.jpeg_color_space;
    for (int i = 0; i < cinfo_.num_components; ++i) copy_component(cinfo_.comp_info[i], arrays[i]);
  }
  void copy_component(const jpeg_component_info& info, jvirt_barray_ptr array) {
    const auto round_up = [](JDIMENSION value, int factor) {
      return (static_cast<int>(value) + factor - 1) / factor * factor;
    };
    Component& to = picture_.components.emplace_back();
    to.id = info.component_id;
    to.horizontal = info.h_samp_factor;
    to.vertical = info.v_samp_factor;
    to.blocks_wide = round_up(info.width_in_blocks, info.h_samp_factor);
    to.blocks_high = round_up(info.height_in_blocks, info.v_samp_factor);
    for (std::size_t i = 0; i < kCoefficients && info.quant_table != nullptr; ++i)
      to.steps[i] = info.quant_table->quantval[kNaturalOrder[i]];
    for (int y = 0; y < to.blocks_high; ++y) {
      const JBLOCKARRAY rows = cinfo_.mem->access_virt_barray(
          reinterpret_cast<j_common_ptr>(&cinfo_), array, static_cast<JDIMENSION>(y), 1, FALSE);
      for (int x = 0; x < to.blocks_wide; ++x)
        std::copy_n(rows[0][x], kCoefficients, to.blocks.emplace_back().begin());
    }
  }

  jpeg_decompress_struct cinfo_ = {};
  jpeg_error_mgr errors_ = {};
  jpeg_source_mgr source_ = {};
  jpeg_progress_mgr progress_ = {};
  std::jmp_buf escape_ = {};
  bool strict_ = true;
  std::array<bool, kTablesMax> dc_tables_ = {};
  std::array<bool, kTablesMax> ac_tables_ = {};
  const JOCTET* next_;
  const JOCTET* end_;
  std::int64_t pixels_max_;
  Picture picture_;
};

inline constexpr std::int64_t kPixelsMax = 4 << 20;

/// Nothing if libjpeg warns of anything, or the picture is too large to be worth the time.
inline std::optional<Picture> read(Bytes file, std::int64_t pixels_max = kPixelsMax) {
  Reader reader(file, pixels_max);
  if (!reader.read()) return std::nullopt;
  return std::move(reader.picture());
}

}  // namespace tintype::image::jpeg::reference
