// What shrink_linear() knows before the first row. Numbers only: kernels are in linear.cc.
#pragma once

#include <vector>

#include "image/planes/photo.h"
#include "image/planes/taps.h"

namespace tintype::image {

/// From samples to R'G'B' of 0 to 1.
struct Colours {
  float luma_gain = 1;
  float luma_offset = 0;
  float red_of_cr = 0;  // These take chroma less 128.
  float green_of_cr = 0;
  float green_of_cb = 0;
  float blue_of_cb = 0;
};

/// Which chroma belongs to a column of luma: between samples index and index + 1 of the row.
struct Siting {
  enum class Kind {
    same,     // Each column has its own, `shift` further.
    doubled,  // Two columns share one: even columns are at `even`, odd ones at `odd`.
    any,      // As the tables say.
  };
  struct Place {
    int index = 0;
    float fraction = 0;
  };

  Kind kind = Kind::any;
  int shift = 0;
  Place even;
  Place odd;
  std::vector<Place> places;  // One per column.
  int begin = 0;              // Samples that are read; those outside of the plane are as its edge.
  int end = 0;
};

/// Everything that is known before the first row.
struct LinearPlan {
  Taps columns;          // `first` counts from column_begin.
  int column_begin = 0;  // Of luma; a multiple of a cache line.
  int column_count = 0;  // A multiple of kRowRoom.
  Taps rows;
  std::vector<int> row_begin;  // Per output row: rows of the source before it are done with.
  int rows_kept = 0;           // Of the source, at most, from row_begin to an output's last tap.
  bool upward = false;         // The source's first rows make the result's last.
  Colours colours;
  Siting siting;
  bool subsampled = false;
};

LinearPlan plan_linear(const Photo& photo, const Stretch& horizontal, const Stretch& vertical,
                       bool subsampled);

/// Where the centre of sample `at` of `channel` lies in `other`, in samples, counted from centres.
double column_in(const Channel& other, const Channel& channel, int at);
double row_in(const Channel& other, const Channel& channel, int at);

}  // namespace tintype::image
