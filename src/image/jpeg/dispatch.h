// Entropy decoding is made of shifts and counts of bits, which newer processors do in one step
// (BMI2, POPCNT). Two versions of that code are enough: any processor's, and AVX2's, whose target
// has both. Include before <hwy/foreach_target.h>.
#pragma once

#include <hwy/detect_targets.h>

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS \
  (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
