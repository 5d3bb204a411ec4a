#include "image/photograph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "image/encode_planes.h"
#include "image/engine.h"
#include "image/photo_source.h"
#include "image/planes/linear.h"
#include "image/planes/profile.h"
#include "image/planes/range.h"
#include "image/planes/rgb.h"
#include "image/pyramid.h"
#include "image/smart_cut.h"
#include "image/stopwatch.h"
#include "image/view.h"

namespace tintype::image {
namespace {

Stretch in_samples(const Stretch& pixels, double scale, double first) {
  return {pixels.begin * scale - first, pixels.end * scale - first, pixels.count};
}

Plane upright(Plane plane, const View& view) {
  return view.transpose ? transpose(plane) : std::move(plane);
}

/// A decoded photograph, of which any number of results are made.
class Negative {
 public:
  explicit Negative(const Photo& photo)
      : photo_(photo), luma_(photo.luma), cb_(photo.cb), cr_(photo.cr) {}

  Planes develop(const View& view, Mode mode, const PlaneWishes& wishes, Colour colour) {
    const bool linear = mode == Mode::best || photo_.matrix != Matrix::bt601;
    // A profile is about colours, so all of them are needed at every pixel.
    const bool convert = !photo_.icc.empty() && profile(colour).empty();
    if (!linear && !convert) return resample_all(view, wishes);
    Planes planes = linear ? resample_light(view, wishes.subsampled && !convert)
                           : resample_all(view, {.subsampled = false});
    if (convert) {
      Rgb rgb = to_rgb(planes);
      to_srgb(rgb, photo_.icc);
      planes = from_rgb(rgb, wishes.subsampled);
    }
    return with_range(std::move(planes), wishes.range);
  }

  /// What goes along with a result that is developed with `colour`.
  std::string_view profile(Colour colour) const {
    return colour == Colour::keep ? usable_profile(photo_.icc) : std::string_view();
  }

 private:
  Planes resample_all(const View& view, const PlaneWishes& wishes) {
    Planes planes;
    planes.luma = resample_channel(luma_, view, luma_tone(photo_.range, wishes.range));
    if (photo_.grey()) return planes;
    const View chroma = wishes.subsampled ? view.halved() : view;
    const Tone tone = chroma_tone(photo_.range, wishes.range);
    planes.cb = resample_channel(cb_, chroma, tone);
    planes.cr = resample_channel(cr_, chroma, tone);
    return planes;
  }
  Planes resample_light(const View& view, bool subsampled) {
    Planes planes = shrink_linear(photo_, view.columns, view.rows, subsampled);
    planes.luma = upright(std::move(planes.luma), view);
    if (planes.grey()) return planes;
    planes.cb = upright(std::move(planes.cb), view);
    planes.cr = upright(std::move(planes.cr), view);
    return planes;
  }
  static Plane resample_channel(Pyramid& pyramid, const View& view, Tone tone) {
    const Channel& from = pyramid.level_for(view.columns, view.rows);
    return upright(resample(from.plane, in_samples(view.columns, from.scale_x, from.left),
                            in_samples(view.rows, from.scale_y, from.top), tone),
                   view);
  }

  const Photo& photo_;
  Pyramid luma_;
  Pyramid cb_;
  Pyramid cr_;
};

/// One render() of a photograph: its steps in their order.
class PhotographJob {
 public:
  PhotographJob(Bytes source, const PhotoInfo& info, const std::vector<Plan>& plans,
                const Limits& limits)
      : source_(source), info_(info), plans_(plans), limits_(limits) {}

  Result<std::optional<Rendered>> run() {
    rendered_.source_type = media_type(info_.type);
    rendered_.source_width = upright_size().width;
    rendered_.source_height = upright_size().height;
    PhotoRequest request;
    TRY_LET(request, plan_ahead());
    std::optional<Photo> photo;
    {
      const Stopwatch stopwatch(rendered_.timings.decode_ms);
      TRY_LET(photo, decode_photo(source_, info_, request, limits_));
    }
    if (!photo) return std::nullopt;
    // From here on nothing reads the source.
    Negative negative(*photo);
    for (std::size_t i = 0; i < plans_.size(); ++i) TRY(make_output(negative, i));
    return std::move(rendered_);
  }

 private:
  Size upright_size() const {
    const bool lying = turn_of(info_.orientation).transpose;
    return lying ? Size{info_.size.height, info_.size.width} : info_.size;
  }

  /// Places the results, and from that says what has to be decoded.
  Result<PhotoRequest> plan_ahead() {
    PhotoRequest request;
    request.scale = 0;
    for (const Plan& plan : plans_) {
      TRY_LET(placements_.emplace_back(), place(plan, upright_size(), limits_));
      request.scale = std::max(request.scale, placements_.back().scale(upright_size()));
      if (plan.mode == Mode::best) request.exact = true;
    }
    const double pixels = request.exact ? 1 : sample_pixels(info_, request.scale);
    std::optional<Window> window;
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const Placement& at = placements_[i];
      // Where the eye goes is not known before all of the picture is.
      const Placement seen = is_smart(i) ? Placement{at.resized, at.resized} : at;
      const View view = view_of(seen, Cut::centre(seen), info_.size, info_.orientation);
      const Window needed = window_of(view, info_.size, pixels);
      window = window ? join(*window, needed) : needed;
    }
    request.window = *window;
    return request;
  }

  bool is_smart(std::size_t i) const {
    return plans_[i].gravity == Gravity::smart && placements_[i].resized != placements_[i].result;
  }

  Cut choose_cut(Negative& negative, std::size_t i) const {
    if (!is_smart(i)) return Cut::centre(placements_[i]);
    const Size whole = placements_[i].resized;
    const double scale =
        std::min(1.0, static_cast<double>(kSmartSideMax) / std::max(whole.width, whole.height));
    const Size small = {std::max(1, static_cast<int>(whole.width * scale)),
                        std::max(1, static_cast<int>(whole.height * scale))};
    const View view = view_of({small, small}, {}, info_.size, info_.orientation);
    return smart_cut(to_rgb(negative.develop(view, Mode::fast, {}, Colour::srgb)), placements_[i]);
  }

  Status make_output(Negative& negative, std::size_t i) {
    const Plan& plan = plans_[i];
    Planes planes;
    {
      const Stopwatch stopwatch(rendered_.timings.resize_ms);
      const View view =
          view_of(placements_[i], choose_cut(negative, i), info_.size, info_.orientation);
      planes = negative.develop(view, plan.mode, wishes_of(plan), plan.colour);
    }
    const Stopwatch stopwatch(rendered_.timings.encode_ms);
    TRY_LET(std::string bytes, encode_planes(planes, plan, limits_, negative.profile(plan.colour)));
    rendered_.outputs.push_back({plan.format, planes.width(), planes.height(), std::move(bytes)});
    return {};
  }

  Bytes source_;
  const PhotoInfo& info_;
  const std::vector<Plan>& plans_;
  const Limits& limits_;
  std::vector<Placement> placements_;
  Rendered rendered_;
};

Status start() { return {}; }  // Everything is linked, and was loaded with the program.

Result<std::optional<Rendered>> render(const Source& source, const std::vector<Plan>& plans,
                                       const Limits& limits) {
  TRY_LET(const SourceType type, check_job(source, plans, limits));
  Timings header;
  std::optional<PhotoInfo> info;
  {
    const Stopwatch stopwatch(header.decode_ms);
    info = read_photo_info(source.bytes, type, limits);
  }
  if (!info) return std::nullopt;
  TRY(check_source_size(info->size.width, info->size.height, 1, limits));
  TRY_LET(auto rendered, PhotographJob(source.bytes, *info, plans, limits).run());
  if (rendered) rendered->timings.decode_ms += header.decode_ms;
  return rendered;
}

Status warm() {
  return warm_engine(photograph_engine(), [](SourceType type) {
    return type == SourceType::jpeg || type == SourceType::webp || type == SourceType::avif;
  });
}

}  // namespace

const Engine& photograph_engine() {
  static constexpr Engine kEngine = {.start = start, .warm = warm, .render = render};
  return kEngine;
}

}  // namespace tintype::image
