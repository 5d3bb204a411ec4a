// The markers of a JPEG file: T.81, annex B. Reads tables, frame and scans; entropy-coded data is
// passed over, or read by others from where a scan begins.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "image/jpeg/huffman.h"

namespace tintype::image::jpeg {

inline constexpr int kComponentsMax = 3;
inline constexpr int kTablesMax = 4;
inline constexpr int kCoefficients = 64;

/// Steps of quantisation, in zigzag order.
using Quantisation = std::array<std::uint16_t, kCoefficients>;

struct Component {
  int id = 0;
  int horizontal = 1;  ///< Sampling factors: blocks per MCU.
  int vertical = 1;
  int quantisation = 0;  ///< Which table.
  /// Blocks that hold samples of the picture; what a scan of this component alone has.
  int blocks_wide = 0;
  int blocks_high = 0;
};

struct Frame {
  int width = 0;
  int height = 0;
  bool progressive = false;
  int component_count = 0;
  std::array<Component, kComponentsMax> components;
  int horizontal_max = 1;
  int vertical_max = 1;

  int mcus_wide() const { return (width - 1) / (8 * horizontal_max) + 1; }
  int mcus_high() const { return (height - 1) / (8 * vertical_max) + 1; }
};

struct ScanPart {
  int component = 0;  ///< Index into the frame's.
  int dc_table = 0;
  int ac_table = 0;
};

struct Scan {
  int part_count = 0;
  std::array<ScanPart, kComponentsMax> parts;
  int first = 0;  ///< Spectral selection: indices in zigzag order, inclusive.
  int last = 63;
  int high = 0;  ///< Successive approximation: bit position before (0: first scan), and now.
  int low = 0;

  bool covers(int component) const;
};

/// What is in force when a scan begins.
struct Tables {
  std::array<std::optional<Quantisation>, kTablesMax> quantisation;
  std::array<HuffmanCode, kTablesMax> dc;
  std::array<HuffmanCode, kTablesMax> ac;
  int restart_interval = 0;  ///< In MCUs; 0: none.
};

/// Walks through the file. Errors: `damaged_input` for what no decoder should accept, `unsupported`
/// for what somebody else may read. Keeps views into `file`.
class Markers {
 public:
  explicit Markers(Bytes file);

  /// On to the next scan, whose data begins at data(). False at the end of the image.
  Result<bool> next_scan();
  /// Entropy-coded data has been read up to here: the next marker.
  void resume_at(const std::uint8_t* position) { next_ = position; }
  /// Nobody reads this scan's data.
  void pass_scan();

  const Frame& frame() const { return frame_; }
  const Scan& scan() const { return scan_; }
  const Tables& tables() const { return tables_; }
  const std::uint8_t* data() const { return next_; }
  const std::uint8_t* end() const { return end_; }
  /// The TIFF structure of the first EXIF segment; empty if there is none.
  std::string_view exif() const { return exif_; }
  /// The embedded profile, put together from its segments; empty unless it is there whole.
  std::string icc() const;

 private:
  struct Segment;

  Status read_segment(int marker, Segment segment);
  Status read_quantisation(Segment segment);
  Status read_huffman(Segment segment);
  Status read_frame(int marker, Segment segment);
  Status read_scan(Segment segment);
  Status read_restart_interval(Segment segment);
  void read_application(int marker, Segment segment);
  Status check_colours() const;

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  Frame frame_;
  Scan scan_;
  Tables tables_;
  std::string_view exif_;
  struct ProfilePart {
    int number;
    int count;
    std::string_view bytes;
  };
  std::vector<ProfilePart> profile_;
  bool jfif_ = false;
  std::optional<int> adobe_transform_;
};

}  // namespace tintype::image::jpeg
