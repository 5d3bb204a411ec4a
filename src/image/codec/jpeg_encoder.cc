#include "image/codec/jpeg_encoder.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "image/codec/jpeg_frame.h"

namespace tintype::image {
namespace {

constexpr int kChannelsMax = 3;
constexpr int kStripRowsMax = 2 * DCTSIZE;  // Of luma in 4:2:0; what libjpeg takes at a time.

/// libjpeg reads whole blocks of eight samples. Where a channel ends within a block, its last
/// sample is repeated in a copy of the strip; otherwise libjpeg reads the plane itself.
class Strip {
 public:
  explicit Strip(const Plane& plane) : plane_(plane) {
    if (plane.width() % DCTSIZE != 0) {
      width_ = static_cast<std::size_t>(plane.width() + DCTSIZE - 1) / DCTSIZE * DCTSIZE;
      copy_.resize(width_ * kStripRowsMax);
    }
  }

  /// Points at `count` rows from `top` on; below the last row it comes again. No allocation.
  void aim(int top, int count) {
    const auto used = static_cast<std::size_t>(plane_.width());
    for (int i = 0; i < count; ++i) {
      const std::uint8_t* const row = plane_.row(std::min(top + i, plane_.height() - 1));
      if (copy_.empty()) {
        rows_[i] = const_cast<JSAMPROW>(row);  // libjpeg only reads.
        continue;
      }
      rows_[i] = copy_.data() + static_cast<std::size_t>(i) * width_;
      std::memcpy(rows_[i], row, used);
      std::memset(rows_[i] + used, row[used - 1], width_ - used);
    }
  }

  JSAMPARRAY rows() { return rows_; }

 private:
  const Plane& plane_;
  std::size_t width_ = 0;
  std::vector<std::uint8_t> copy_;
  JSAMPROW rows_[kStripRowsMax] = {};
};

struct Job {
  const Planes& planes;
  const JpegSettings& settings;
  Strip* strips;
};

void write_planes(jpeg_compress_struct& compressor, const void* context) {
  const Job& job = *static_cast<const Job*>(context);
  set_frame(compressor, job.planes, job.settings, Rounding::plain);
  compressor.raw_data_in = TRUE;
  jpeg_start_compress(&compressor, TRUE);
  write_icc(compressor, job.settings);

  const int rows = compressor.max_v_samp_factor * DCTSIZE;
  JSAMPARRAY channels[kChannelsMax] = {};
  while (compressor.next_scanline < compressor.image_height) {
    for (int i = 0; i < compressor.num_components; ++i) {
      const int factor = compressor.comp_info[i].v_samp_factor;
      const int top =
          static_cast<int>(compressor.next_scanline) * factor / compressor.max_v_samp_factor;
      job.strips[i].aim(top, factor * DCTSIZE);
      channels[i] = job.strips[i].rows();
    }
    jpeg_write_raw_data(&compressor, channels, static_cast<JDIMENSION>(rows));
  }
  jpeg_finish_compress(&compressor);
}

}  // namespace

Result<std::string> encode_jpeg(const Planes& planes, const JpegSettings& settings) {
  TRY(check_frame(planes, settings));
  std::vector<Strip> strips;
  strips.reserve(kChannelsMax);
  for (int i = 0; i < (planes.grey() ? 1 : kChannelsMax); ++i)
    strips.emplace_back(channel(planes, i));
  JpegSession session(settings.size_max);
  const Job job{planes, settings, strips.data()};
  TRY(session.run(write_planes, &job));
  return session.take_file();
}

}  // namespace tintype::image
