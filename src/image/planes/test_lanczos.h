// What the kernels are held against: the definition of Lanczos3, in double precision.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "image/planes/taps.h"

namespace tintype::image::test {

inline double sinc(double x) {
  if (x == 0) return 1;
  return std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

inline double lanczos3(double x) { return std::abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0; }

using Rows = std::vector<std::vector<double>>;

inline std::vector<double> stretched(const std::vector<double>& source, const Stretch& stretch) {
  const int size = static_cast<int>(source.size());
  if (stretch.keeps(size)) return source;
  const double ratio = (stretch.end - stretch.begin) / stretch.count;
  const double scale = std::max(std::abs(ratio), 1.0);
  std::vector<double> target;
  for (int i = 0; i < stretch.count; ++i) {
    const double centre = stretch.begin + (i + 0.5) * ratio;
    double sum = 0;
    double area = 0;
    const int end = static_cast<int>(centre + 3 * scale) + 1;
    for (int k = static_cast<int>(std::floor(centre - 3 * scale)) - 1; k <= end; ++k) {
      const double weight = lanczos3((k + 0.5 - centre) / scale);
      sum += weight * source[static_cast<std::size_t>(std::clamp(k, 0, size - 1))];
      area += weight;
    }
    target.push_back(sum / area);
  }
  return target;
}

inline Rows turned(const Rows& rows) {
  Rows columns(rows[0].size(), std::vector<double>(rows.size()));
  for (std::size_t y = 0; y < rows.size(); ++y)
    for (std::size_t x = 0; x < rows[y].size(); ++x) columns[x][y] = rows[y][x];
  return columns;
}

/// Both ways; nothing is rounded between them.
inline Rows stretched(const Rows& source, const Stretch& horizontal, const Stretch& vertical) {
  Rows rows;
  for (const auto& row : source) rows.push_back(stretched(row, horizontal));
  Rows columns = turned(rows);
  for (auto& column : columns) column = stretched(column, vertical);
  return turned(columns);
}

}  // namespace tintype::image::test
