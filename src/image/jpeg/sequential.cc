#include "image/jpeg/sequential.h"

#include <memory>

#include "image/jpeg/dispatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/jpeg/sequential.cc"
#include <hwy/foreach_target.h>  // Must come before highway.h.

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tintype::image::jpeg {
namespace HWY_NAMESPACE {

/// The tables and predictions of a scan, by table and component.
struct Coding {
  std::array<HuffmanTable, kTablesMax> dc;
  std::array<HuffmanTable, kTablesMax> ac;
};

/// T.81, F.2.2.1. Unsigned, because a hostile file may let it overflow. Afterwards there are bits
/// left for one look into a table of AC.
[[gnu::always_inline]] inline void read_difference(BitReader& reader, const HuffmanTable& dc,
                                                   std::uint32_t& prediction) {
  static_assert(2 * HuffmanTable::kReadBits <= BitReader::kFilledMin);
  reader.fill();
  prediction += static_cast<std::uint32_t>(dc.read(reader).value);
}

/// The rest of a block, of which nothing is kept: several symbols at a time. `index` is 1 to 64.
/// REQUIRES: as many bits are filled as a look needs.
[[gnu::always_inline]] inline void skip_coefficients(BitReader& reader, const HuffmanTable& ac,
                                                     int index) {
  constexpr int kLooksPerFill = BitReader::kFilledMin / HuffmanTable::kSkippedBitsMax;
  int looks = 1;
  while (index < kCoefficients) {
    const HuffmanTable::Skip skip = ac.skip(reader);
    if (skip.bound() <= kCoefficients - index) [[likely]] {
      reader.drop(skip.length());
      index += skip.advance();
    } else {
      reader.fill();
      index += ac.read(reader).advance;
      looks = 1;
    }
    if (--looks == 0) {
      reader.fill();
      looks = kLooksPerFill;
    }
  }
  if (index > kCoefficients && index < kEndOfBlock) reader.set_broken();
}

/// T.81, F.2.2.2. REQUIRES: as above.
[[gnu::always_inline]] inline void read_coefficients(BitReader& reader, const HuffmanTable& ac,
                                                     const Layout& layout, std::int16_t* block) {
  const std::uint16_t* const offset = layout.offset.data();
  const int end = layout.end;
  int index = 1;
  const auto read = [&] {
    const HuffmanTable::Coefficient coefficient = ac.read(reader);
    index += coefficient.advance;
    block[offset[index - 1]] = static_cast<std::int16_t>(coefficient.value);
  };
  if (index < end) {
    read();
    while (index < end) {
      reader.fill();
      read();
      if (index < end) read();
    }
    reader.fill();
  }
  if (index < kCoefficients) return skip_coefficients(reader, ac, index);
  if (index > kCoefficients && index < kEndOfBlock) reader.set_broken();
}

class SequentialCoder {
 public:
  SequentialCoder(BitReader& reader, const ScanGrid& grid, const Scan& scan, const Coding& coding,
                  const SequentialJob& job, Stores& stores)
      : reader_(reader), grid_(grid), job_(job) {
    for (int i = 0; i < grid.part_count; ++i) {
      const ScanGrid::Part& from = grid.parts[static_cast<std::size_t>(i)];
      const ScanPart& with = scan.parts[static_cast<std::size_t>(i)];
      parts_[static_cast<std::size_t>(i)] = {
          .dc = &coding.dc[static_cast<std::size_t>(with.dc_table)],
          .ac = &coding.ac[static_cast<std::size_t>(with.ac_table)],
          .store = &stores[static_cast<std::size_t>(from.component)],
          .horizontal = from.horizontal,
          .vertical = from.vertical};
    }
  }

  void restart() {
    for (Part& part : parts_) part.prediction = 0;
  }
  void read(int y, int begin, int end) {
    const bool row_wanted = job_.window.has_row(y);
    const int left = row_wanted ? std::clamp(job_.window.left, begin, end) : end;
    const int right = row_wanted ? std::clamp(job_.window.right, left, end) : end;
    BitReader reader = reader_;
    for (int x = begin; x < left; ++x) skip_mcu(reader);
    for (int x = left; x < right; ++x) read_mcu(reader, x, y);
    for (int x = right; x < end; ++x) skip_mcu(reader);
    reader_ = reader;
  }
  void end_row(int y) {
    if (job_.streaming && job_.window.has_row(y)) job_.on_row(y);
  }

 private:
  struct Part {
    const HuffmanTable* dc = nullptr;
    const HuffmanTable* ac = nullptr;
    CoefficientStore* store = nullptr;
    int horizontal = 1;
    int vertical = 1;
    std::uint32_t prediction = 0;
  };

  [[gnu::always_inline]] void skip_mcu(BitReader& reader) {
    for (int i = 0; i < grid_.part_count; ++i) {
      Part& part = parts_[static_cast<std::size_t>(i)];
      for (int block = 0; block < part.horizontal * part.vertical; ++block) {
        read_difference(reader, *part.dc, part.prediction);
        skip_coefficients(reader, *part.ac, 1);
      }
    }
  }
  [[gnu::always_inline]] void read_mcu(BitReader& reader, int x, int y) {
    const int column = job_.streaming ? x - job_.window.left : x;
    const int row = job_.streaming ? 0 : y;
    for (int i = 0; i < grid_.part_count; ++i) {
      Part& part = parts_[static_cast<std::size_t>(i)];
      const Layout& layout = part.store->layout();
      for (int v = 0; v < part.vertical; ++v)
        for (int h = 0; h < part.horizontal; ++h) {
          std::int16_t* const block =
              part.store->block(column * part.horizontal + h, row * part.vertical + v);
          read_difference(reader, *part.dc, part.prediction);
          block[0] = static_cast<std::int16_t>(part.prediction);
          read_coefficients(reader, *part.ac, layout, block);
        }
    }
  }

  BitReader& reader_;
  const ScanGrid& grid_;
  const SequentialJob& job_;
  std::array<Part, kComponentsMax> parts_;
};

Status read_sequential_scan(BitReader& reader, const Frame& frame, const Scan& scan,
                            const Tables& tables, const SequentialJob& job, Stores& stores) {
  const auto coding = std::make_unique<Coding>();
  for (int i = 0; i < scan.part_count; ++i) {
    const ScanPart& part = scan.parts[static_cast<std::size_t>(i)];
    const auto dc = static_cast<std::size_t>(part.dc_table);
    const auto ac = static_cast<std::size_t>(part.ac_table);
    TRY(coding->dc[dc].build(tables.dc[dc], Role::dc));
    TRY(coding->ac[ac].build(tables.ac[ac], Role::ac));
  }
  const ScanGrid grid(frame, scan);
  SequentialCoder coder(reader, grid, scan, *coding, job, stores);
  return read_scan(reader, grid, job.window, tables.restart_interval, coder);
}

}  // namespace HWY_NAMESPACE
}  // namespace tintype::image::jpeg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tintype::image::jpeg {

HWY_EXPORT(read_sequential_scan);

Status read_sequential_scan(BitReader& reader, const Frame& frame, const Scan& scan,
                            const Tables& tables, const SequentialJob& job, Stores& stores) {
  return HWY_DYNAMIC_DISPATCH(read_sequential_scan)(reader, frame, scan, tables, job, stores);
}

}  // namespace tintype::image::jpeg
#endif
