#include "image/jpeg/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/assert.h"
#include "image/jpeg/progressive.h"
#include "image/jpeg/transform.h"

namespace tintype::image::jpeg {
namespace {

/// Files have ten scans; one with thousands is made to cost time.
constexpr std::size_t kScansMax = 100;

using Layouts = std::array<const Layout*, kComponentsMax>;

constexpr std::size_t as_index(int value) { return static_cast<std::size_t>(value); }

/// The steps of each component, as they were when its first scan began.
class Steps {
 public:
  Status note(const Frame& frame, const Scan& scan, const Tables& tables) {
    for (int i = 0; i < scan.part_count; ++i) {
      const int component = scan.parts[as_index(i)].component;
      auto& steps = steps_[as_index(component)];
      if (steps) continue;
      steps = tables.quantisation[as_index(frame.components[as_index(component)].quantisation)];
      if (!steps) return fail(ErrorCode::damaged_input, "JPEG: a quantisation table is missing");
    }
    return {};
  }
  const Quantisation& of(int component) const { return *steps_[as_index(component)]; }

 private:
  std::array<std::optional<Quantisation>, kComponentsMax> steps_;
};

/// Makes the plane of one component, a row of MCUs at a time.
class ChannelMaker {
 public:
  ChannelMaker(const Frame& frame, int component, const Layout& layout, const McuWindow& window,
               const Dequantisation& dequantisation)
      : dequantisation_(dequantisation), layout_(layout) {
    const Component& of = frame.components[as_index(component)];
    const int side = layout.side;
    horizontal_ = of.horizontal;
    vertical_ = of.vertical;
    window_ = window;
    const int groups = (columns() + kGroup - 1) / kGroup;
    channel_.scale_x = side * of.horizontal / (8.0 * frame.horizontal_max);
    channel_.scale_y = side * of.vertical / (8.0 * frame.vertical_max);
    const int left = window.left * of.horizontal * side;
    const int top = window.top * of.vertical * side;
    channel_.left = left;
    channel_.top = top;
    channel_.plane = Plane(groups * kGroup * side, rows() * side);
    // What shows of the last blocks.
    const int whole_width = ((frame.width * of.horizontal - 1) / frame.horizontal_max + 1) * side;
    const int whole_height = ((frame.height * of.vertical - 1) / frame.vertical_max + 1) * side;
    width_ = std::min(columns() * side, (whole_width - 1) / 8 + 1 - left);
    height_ = std::min(rows() * side, (whole_height - 1) / 8 + 1 - top);
  }

  int columns() const { return (window_.right - window_.left) * horizontal_; }
  int rows() const { return (window_.bottom - window_.top) * vertical_; }
  int vertical() const { return vertical_; }

  /// `row` is counted in blocks from the window's top; `groups` begins with the window's left.
  void add_row(int row, const std::int16_t* groups) {
    transform_row(layout_, groups, (columns() + kGroup - 1) / kGroup, dequantisation_,
                  {channel_.plane.row(row * layout_.side), channel_.plane.stride()});
  }
  Channel finish() {
    channel_.plane.trim(width_, height_);
    return std::move(channel_);
  }

 private:
  Dequantisation dequantisation_;
  const Layout& layout_;
  McuWindow window_;
  int horizontal_ = 1;
  int vertical_ = 1;
  int width_ = 0;
  int height_ = 0;
  Channel channel_;
};

McuWindow mcu_window(const Frame& frame, const Window& window) {
  const int width = 8 * frame.horizontal_max;
  const int height = 8 * frame.vertical_max;
  ASSERT(window.left >= 0 && window.width > 0 && window.left + window.width <= frame.width);
  ASSERT(window.top >= 0 && window.height > 0 && window.top + window.height <= frame.height);
  return {.left = window.left / width,
          .top = window.top / height,
          .right = (window.left + window.width - 1) / width + 1,
          .bottom = (window.top + window.height - 1) / height + 1};
}

Status find_first_scan(Markers& markers) {
  TRY_LET(const bool found, markers.next_scan());
  return found ? Status() : fail(ErrorCode::damaged_input, "JPEG: it has no scan");
}

/// A block takes a bit at least, so memory for all of them is not asked for by a few bytes.
/// REQUIRES: `markers` stands at the first scan.
Status check_size(const Markers& markers) {
  const Frame& frame = markers.frame();
  std::int64_t blocks = 0;
  for (int i = 0; i < frame.component_count; ++i) {
    const Component& component = frame.components[as_index(i)];
    blocks += static_cast<std::int64_t>(component.blocks_wide) * component.blocks_high;
  }
  if (blocks <= 8 * (markers.end() - markers.data())) return {};
  return fail(ErrorCode::damaged_input, "JPEG: the coded data is too short");
}

/// Everything up to the end of the image has to be there, whether it is needed or not.
Status read_to_end(Markers& markers) {
  while (true) {
    TRY_LET(const bool more, markers.next_scan());
    if (!more) return {};
    markers.pass_scan();
  }
}

class Decoder {
 public:
  Decoder(Bytes file, const Request& request) : markers_(file), request_(request) {}

  Result<Photo> run() {
    TRY(find_first_scan(markers_));
    TRY(check_size(markers_));
    const Frame& frame = markers_.frame();
    window_ = mcu_window(frame, request_.window);
    for (int i = 0; i < frame.component_count; ++i)
      layouts_[as_index(i)] = &Layout::of(i == 0 ? request_.luma_side : request_.chroma_side);
    if (!frame.progressive && markers_.scan().part_count == frame.component_count)
      TRY(decode_streaming());
    else
      TRY(decode_stored());

    Photo photo;
    photo.size = {frame.width, frame.height};
    photo.icc = markers_.icc();
    const std::array<Channel*, kComponentsMax> channels = {&photo.luma, &photo.cb, &photo.cr};
    for (std::size_t i = 0; i < makers_.size(); ++i) *channels[i] = makers_[i].finish();
    return photo;
  }

 private:
  void add_makers(const MissingBits& missing) {
    const Frame& frame = markers_.frame();
    makers_.reserve(as_index(frame.component_count));
    for (int i = 0; i < frame.component_count; ++i) {
      const Layout& layout = *layouts_[as_index(i)];
      makers_.emplace_back(frame, i, layout, window_,
                           Dequantisation(layout, steps_.of(i), missing[as_index(i)]));
    }
  }

  /// One scan has everything: rows become samples as they come.
  Status decode_streaming() {
    const Frame& frame = markers_.frame();
    TRY(steps_.note(frame, markers_.scan(), markers_.tables()));
    add_makers({});
    Stores stores;
    for (std::size_t i = 0; i < makers_.size(); ++i)
      stores[i] = CoefficientStore(makers_[i].columns(), makers_[i].vertical(), *layouts_[i]);
    const SequentialJob job = {.window = window_,
                               .streaming = true,
                               .on_row =
                                   [&](int y) {
                                     for (std::size_t i = 0; i < makers_.size(); ++i) {
                                       const int rows = makers_[i].vertical();
                                       for (int v = 0; v < rows; ++v)
                                         makers_[i].add_row((y - window_.top) * rows + v,
                                                            stores[i].row(v));
                                       stores[i].clear();
                                     }
                                   },
                               .lead_bytes = request_.lead_bytes};
    BitReader reader(markers_.data(), markers_.end());
    TRY(read_sequential_scan(reader, frame, markers_.scan(), markers_.tables(), job, stores));
    reader.seek_marker();
    markers_.resume_at(reader.position());
    markers_.pass_scan();
    return read_to_end(markers_);
  }

  Status decode_stored() {
    Stores stores;
    TRY_LET(const MissingBits missing, read_stored(markers_, layouts_, request_, steps_, stores));
    add_makers(missing);
    for (std::size_t i = 0; i < makers_.size(); ++i) {
      // Groups begin at multiples of kGroup in the store, and at any block in the window.
      ChannelMaker& maker = makers_[i];
      const int left = window_.left * (maker.columns() / (window_.right - window_.left));
      const int top = window_.top * maker.vertical();
      CoefficientStore moved(maker.columns(), 1, *layouts_[i]);
      for (int row = 0; row < maker.rows(); ++row) {
        if (left % kGroup == 0) {
          maker.add_row(row, stores[i].block(left, top + row));
          continue;
        }
        for (int x = 0; x < maker.columns(); ++x) {
          const std::int16_t* const from = stores[i].block(left + x, top + row);
          std::int16_t* const to = moved.block(x, 0);
          for (int at = 0; at < layouts_[i]->count(); ++at) to[at * kGroup] = from[at * kGroup];
        }
        maker.add_row(row, moved.row(0));
      }
    }
    return {};
  }

 public:
  /// REQUIRES: `markers` stands at the first scan.
  static Result<MissingBits> read_stored(Markers& markers, const Layouts& layouts,
                                         const Request& request, Steps& steps, Stores& stores);

 private:
  Markers markers_;
  const Request& request_;
  McuWindow window_;
  Layouts layouts_ = {};
  Steps steps_;
  std::vector<ChannelMaker> makers_;
};

Result<MissingBits> Decoder::read_stored(Markers& markers, const Layouts& layouts,
                                         const Request& request, Steps& steps, Stores& stores) {
  const Frame& frame = markers.frame();
  for (int i = 0; i < frame.component_count; ++i) {
    const Component& component = frame.components[as_index(i)];
    stores[as_index(i)] =
        CoefficientStore(frame.mcus_wide() * component.horizontal,
                         frame.mcus_high() * component.vertical, *layouts[as_index(i)]);
  }
  std::vector<PlannedScan> scans;
  std::array<bool, kComponentsMax> seen = {};
  bool more = true;
  while (more) {
    if (scans.size() == kScansMax)
      return fail(ErrorCode::too_large,
                  fmt::format("JPEG: more than {} scans, which is the limit", kScansMax));
    TRY(steps.note(frame, markers.scan(), markers.tables()));
    scans.push_back({markers.scan(), markers.tables(), markers.data(), true});
    for (int i = 0; i < frame.component_count; ++i) {
      if (!markers.scan().covers(i)) continue;
      if (seen[as_index(i)] && !frame.progressive)
        return fail(ErrorCode::unsupported, "JPEG: a component comes twice");
      seen[as_index(i)] = true;
    }
    markers.pass_scan();
    TRY_LET(more, markers.next_scan());
  }
  if (frame.progressive) {
    TRY_LET(const MissingBits missing,
            choose_scans(frame, layouts, request.missing_bits_max, scans));
    TRY(read_progressive_scans(frame, scans, markers.end(), stores));
    return missing;
  }
  for (int i = 0; i < frame.component_count; ++i)
    if (!seen[as_index(i)]) return fail(ErrorCode::unsupported, "JPEG: a component never comes");
  for (const PlannedScan& planned : scans) {
    BitReader reader(planned.data, markers.end());
    const ScanGrid grid(frame, planned.scan);
    const SequentialJob job = {
        .window = grid.whole(), .on_row = {}, .lead_bytes = request.lead_bytes};
    TRY(read_sequential_scan(reader, frame, planned.scan, planned.tables, job, stores));
  }
  return MissingBits{};
}

}  // namespace

Result<Info> read_info(Bytes file) {
  Markers markers(file);
  TRY(find_first_scan(markers));
  const Frame& frame = markers.frame();
  return Info{.size = {frame.width, frame.height},
              .grey = frame.component_count == 1,
              .progressive = frame.progressive,
              .exif = markers.exif(),
              .icc = markers.icc()};
}

Result<Photo> decode(Bytes file, const Request& request) { return Decoder(file, request).run(); }

Result<Coefficients> read_coefficients(Bytes file, int side, int lead_bytes) {
  Markers markers(file);
  TRY(find_first_scan(markers));
  TRY(check_size(markers));
  Layouts layouts;
  layouts.fill(&Layout::of(side));
  Steps steps;
  Coefficients result;
  const Request request = {.window = {}, .lead_bytes = lead_bytes};
  TRY(Decoder::read_stored(markers, layouts, request, steps, result.stores));
  result.frame = markers.frame();
  return result;
}

}  // namespace tintype::image::jpeg
